/** A number with its standard error, and how both are written. */

export interface Measured {
  readonly value: number;
  readonly error: number;
  /** False where the error says too little, and the value is a bound from below. */
  readonly trusted?: boolean;
}

/** For instance '−170.7', '12,345'. */
export function figure(value: number): string {
  const digits = Math.abs(value) < 1000 ? 1 : 0;
  const size = Math.abs(value).toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return value < 0 && /[1-9∞]/.test(size) ? `−${size}` : size;
}

export function standardError(error: number): string {
  return error.toFixed(error < 0.1 ? 2 : 1);
}

/** For instance '−170.7 ± 0.3'; 'at least −170.7' where the error is not to be trusted. */
export function measured({ value, error, trusted = true }: Measured): string {
  if (!trusted) return `at least ${figure(value)}`;
  return error ? `${figure(value)} ± ${standardError(error)}` : figure(value);
}

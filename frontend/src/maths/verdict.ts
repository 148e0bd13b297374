/** Two numbers with errors, compared in words. */

export interface Measured {
  readonly value: number;
  readonly error: number;
}

/** b - a with the error of a difference of independent numbers. */
export function gap(a: Measured, b: Measured): Measured {
  return { value: b.value - a.value, error: Math.hypot(a.error, b.error) };
}

/**
 * Which of two explains an example better, by how much, and whether that is more than the errors
 * allow: a gap below two standard errors is called undecided.
 */
export function verdict(a: Measured, b: Measured, names: readonly [string, string]): string {
  const { value, error } = gap(a, b);
  const size = `${nats(Math.abs(value))} ± ${nats(error)} nats`;
  if (!Number.isFinite(value) || !Number.isFinite(error))
    return "One of the two numbers is not finite, so nothing can be said.";
  if (Math.abs(value) <= 2 * error)
    return `No difference beyond the errors: ${size}. Both explain this example about equally well.`;
  return `${names[value > 0 ? 1 : 0]} explains this example better, by ${size}.`;
}

function nats(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

/** A table's columns: where their values lie in an example, and how they are written. */

import type { About, Column } from "../transport/transport";

/** A column, and where its values begin in an example. */
export interface Placed {
  column: Column;
  at: number;
}

const known = new WeakMap<About, Placed[]>();

export function placed(about: About): Placed[] {
  const before = known.get(about);
  if (before) return before;
  let at = 0;
  const found = (about.columns ?? []).map((column) => {
    const here = { column, at };
    at += column.width;
    return here;
  });
  known.set(about, found);
  return found;
}

/** Whether an example holds a probability for each choice of this column. */
export function spread({ choices, width }: Column): boolean {
  return choices !== null && width > 1;
}

/** Standard deviations from the column's mean. */
export function standard(value: number, { mean, sd }: Column): number {
  return (value - mean) / (sd || 1);
}

/** A number with as many digits as a person reads; two digits of `scale`, by which others vary. */
export function written(value: number, scale = Math.abs(value)): string {
  if (!Number.isFinite(value)) return "–";
  const order = scale > 0 ? Math.floor(Math.log10(scale)) : 0;
  if (order < -4 || order > 5) return value.toExponential(2).replaceAll("-", "−");
  const digits = Math.max(0, 1 - order);
  const text = value.toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return text.replace("-", "−");
}

/** What an example says of a column, in words: '13.2', 'red', 'red 82 %'. */
export function reading(values: ArrayLike<number>, { column, at }: Placed): string {
  const { choices, width, sd } = column;
  if (!choices) return written(values[at] ?? NaN, sd);
  if (width === 1) {
    const value = values[at] ?? NaN;
    if (column.kind === "binary" && !Number.isInteger(value)) {
      return `${choices[1]} ${Math.round(100 * value)} %`;
    }
    return choices[Math.round(value)] ?? written(value);
  }
  const best = likeliest(values, at, width);
  const chance = values[at + best] ?? NaN;
  const name = choices[best] ?? `choice ${best + 1}`;
  return chance > 0.995 ? name : `${name} ${Math.round(100 * chance)} %`;
}

/** Which of a column's choices has the largest probability. */
export function likeliest(values: ArrayLike<number>, at: number, width: number): number {
  let best = 0;
  for (let i = 1; i < width; i++) if (values[at + i]! > values[at + best]!) best = i;
  return best;
}

/** 0..1: where a value lies between the column's 1st and 99th percentile, with a little margin. */
export function along(value: number, { low, high }: Column): number {
  const margin = 0.08 * (high - low || 1);
  const share = (value - low + margin) / (high - low + 2 * margin || 1);
  return Math.min(Math.max(share, 0), 1);
}

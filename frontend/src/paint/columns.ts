/** A table's columns: where their values lie in an example, and how they are written. */

import type { About, Column } from "../transport/transport";

/** A column, where its value is in an example, and its choices' probabilities among those of all. */
export interface Placed {
  column: Column;
  at: number;
  /** Null where the column has no choices. */
  first: number | null;
}

const known = new WeakMap<About, Placed[]>();

export function placed(about: About): Placed[] {
  const before = known.get(about);
  if (before) return before;
  let first = 0;
  const found = (about.columns ?? []).map((column, at) => {
    const here = { column, at, first: column.choices ? first : null };
    first += column.choices?.length ?? 0;
    return here;
  });
  known.set(about, found);
  return found;
}

/** What an example says of all choices: it has one of each column's, for certain. */
export function certain(values: ArrayLike<number>, about: About): Float32Array {
  const columns = placed(about);
  const count = columns.reduce((sum, { column }) => sum + (column.choices?.length ?? 0), 0);
  const chances = new Float32Array(count);
  for (const { at, first } of columns) {
    if (first !== null) chances[first + Math.round(values[at] ?? 0)] = 1;
  }
  return chances;
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

/** For instance '82 %', which no line break parts; what is possible is never written as nothing, nor what is not certain as all. */
export function percent(chance: number): string {
  if (chance > 0 && chance < 0.005) return "< 1 %";
  if (chance < 1 && chance > 0.995) return "> 99 %";
  return `${Math.round(100 * chance)} %`;
}

/** With its sign: '+0.3', '−18 %', and '0' without one. */
export function signed(text: string): string {
  if (!/[1-9]/.test(text)) return text.replace(/^[−-]/, "");
  return /^[−-]/.test(text) ? text.replace("-", "−") : `+${text}`;
}

/** What an example says of a column, in words: '13.2', 'red'. */
export function reading(values: ArrayLike<number>, { column, at }: Placed): string {
  const { choices, sd } = column;
  const value = values[at] ?? NaN;
  if (!choices) return written(value, sd);
  // Of several examples together some have the second of two choices.
  if (column.kind === "binary" && !Number.isInteger(value)) return `${choices[1]} ${percent(value)}`;
  return choices[Math.round(value)] ?? written(value);
}

/** 0..1: where a value lies between the column's 1st and 99th percentile, with a little margin. */
export function along(value: number, { low, high }: Column): number {
  const margin = 0.08 * (high - low || 1);
  const share = (value - low + margin) / (high - low + 2 * margin || 1);
  return Math.min(Math.max(share, 0), 1);
}

/** A number that is typed into a field: what it is, and whether a column takes it. */

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const BEGINNING = /^([-+]|[-+]?\.|[-+]?(\d+\.?\d*|\.\d+)e[-+]?)$/i;

/** The number, with a decimal point or a decimal comma; NaN where it is none. */
export function numberOf(text: string): number {
  const plainly = plain(text);
  return NUMBER.test(plainly) ? Number(plainly) : NaN;
}

/** Whether more must follow before it can be a number: '-', '.', '1e-'. */
export function unfinished(text: string): boolean {
  return BEGINNING.test(plain(text));
}

/** Why a number does not belong into a column; null where it does. */
export function refusal(value: number, kind: string): string | null {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value)
      ? "A number is needed here, such as 12.5."
      : "This number is too large.";
  }
  const held = Math.fround(value);
  if (!Number.isFinite(held)) return "This number is too large.";
  if (kind === "count" && (value < 0 || !Number.isInteger(value)))
    return "Counts are whole numbers from 0.";
  if (kind === "positive" && held <= 0) return "This column holds numbers above 0 only.";
  return null;
}

/** The number some steps further, with a digit more than a step has; within what a column takes. */
export function stepped(value: number, times: number, step: number, kind: string): number {
  const digits = Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(step))));
  const next = Number((value + times * step).toFixed(digits));
  if (kind === "count") return Math.max(0, Math.round(next));
  // Below the smallest step above 0 there is no more to go.
  return kind === "positive" && next <= 0 ? value : next;
}

/** A float32 without the digits that it does not have; steps of a slider are multiples of step. */
export function exact(value: number, step: number): string {
  const digits = Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(step))));
  const round = Number(value.toFixed(digits));
  const near = Math.abs(round - value) <= 1e-6 * Math.abs(value);
  return String(near ? round : Number(value.toPrecision(7)));
}

function plain(text: string): string {
  return text.trim().replace("\u2212", "-").replace(",", ".");
}

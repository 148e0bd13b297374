/**
 * How long it takes from a move to the painted picture, where a benchmark can read it.
 *
 * Each change of a code is a mark 'move'; each that was painted is a measure 'move to paint' with
 * the number of its move in `detail`. Numbers are missing where a later move won.
 */

const KEPT = 2000;

let count = 0;
const begun = new Map<number, number>();

/** A code has changed: its number. */
export function moved(): number {
  count += 1;
  // The browser keeps marks for ever; a page that is open for a day should not.
  if (count % KEPT === 0) {
    performance.clearMarks("move");
    performance.clearMeasures("move to paint");
  }
  begun.set(count, performance.mark("move", { detail: count }).startTime);
  return count;
}

/** The picture of this move is in its canvas. */
export function painted(move: number): void {
  const start = begun.get(move);
  for (const old of begun.keys()) if (old <= move) begun.delete(old);
  if (start !== undefined) performance.measure("move to paint", { start, detail: move });
}

/** Going along a journey, in time. */

import { batch, signal } from "@preact/signals";
import type { Side } from "../../side";

/** Where on the journey: 0 is the first stop, 1 the second. Outlives the panel. */
export const position = signal(0);
export const playing = signal(false);
export const looping = signal(true);
/** Seconds from one stop to the next. */
export const seconds = signal(2);

/** Set the knobs to a place on the journey. */
export function goTo(side: Side, code: (position: number) => Float32Array, at: number): void {
  batch(() => {
    position.value = at;
    side.setCode(code(at));
  });
}

/**
 * Play from where the journey is, in steps of the screen, until its end, until it is stopped, or
 * until a knob is turned by hand. Returns what stops it.
 */
export function play(
  side: Side,
  code: (position: number) => Float32Array,
  last: number,
): () => void {
  let before: number | null = null;
  let ours: Float32Array | null = null;
  let frame = 0;
  const stop = (): void => {
    cancelAnimationFrame(frame);
    playing.value = false;
  };
  const step = (now: number): void => {
    if (ours && side.z.peek() !== ours) {
      stop();
      return;
    }
    const gone = before === null ? 0 : (now - before) / 1000 / seconds.peek();
    before = now;
    const next = advanced(position.peek(), gone, last, looping.peek());
    goTo(side, code, next);
    ours = side.z.peek();
    if (next >= last && !looping.peek()) stop();
    else frame = requestAnimationFrame(step);
  };
  if (position.peek() >= last) position.value = 0;
  playing.value = true;
  frame = requestAnimationFrame(step);
  return stop;
}

/** The place after a while: at the end it begins again, or stays. */
export function advanced(from: number, by: number, last: number, loops: boolean): number {
  const next = from + by;
  if (next < last || last <= 0) return Math.min(next, last);
  return loops ? next % last : last;
}

/** The difference of two images in colours that have a middle. */

import type { About } from "../transport/transport";
import { pixels, put } from "./images";

const NEGATIVE = [0x2f, 0x6d, 0xb5] as const;
const POSITIVE = [0xc2, 0x41, 0x1f] as const;
const LIGHT = [0xf4, 0xf6, 0xf8] as const;
const DARK = [0x1c, 0x23, 0x2b] as const;

/** The largest difference of any pixel, and not less than a hundredth of the range. */
export function largest(difference: Float32Array, about: About): number {
  let most = 0.01 * (about.range.high - about.range.low);
  for (const value of difference) most = Math.max(most, Math.abs(value));
  return most;
}

/** Reconstruction less original, averaged over the channels: (H, W). */
export function difference(
  reconstruction: Float32Array,
  original: Float32Array,
  about: About,
): Float32Array {
  const [channels = 1, height = 1, width = 1] = about.shape;
  const size = height * width;
  const result = new Float32Array(size);
  for (let at = 0; at < channels * size; at++) {
    result[at % size]! += (reconstruction[at]! - original[at]!) / channels;
  }
  return result;
}

/** Red for -1..1 above 0, blue below, the page's own paper at 0. */
export function diverging(at: number, dark: boolean): [number, number, number] {
  const middle = dark ? DARK : LIGHT;
  const end = at < 0 ? NEGATIVE : POSITIVE;
  const t = Math.min(Math.abs(at), 1);
  return [0, 1, 2].map((i) => (1 - t) * middle[i]! + t * end[i]!) as [number, number, number];
}

/** The same colours as a CSS gradient from -1 to 1. */
export function gradient(dark: boolean): string {
  const stops = [-1, 0, 1].map((at) => `rgb(${diverging(at, dark).map(Math.round).join(" ")})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

export function paintDifference(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  limit: number,
  about: About,
  dark: boolean,
): void {
  const [, height = 1, width = 1] = about.shape;
  const { data } = pixels(canvas, width, height);
  values.forEach((value, i) => data.set([...diverging(value / limit, dark), 255], 4 * i));
  put(canvas);
}

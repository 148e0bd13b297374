/**
 * Images of any number of channels as colours.
 *
 * One channel is grey, three are red, green and blue, a fourth is opacity; two are shown as magenta
 * and green, and of more than four the first three. The report's pictures follow the same rules.
 */

import type { About } from "../transport/transport";

/** Which channels are red, green and blue. */
function chosen(channels: number): [number, number, number] {
  if (channels === 1) return [0, 0, 0];
  if (channels === 2) return [0, 1, 0];
  return [0, 1, 2];
}

/** Write values (C, H, W) as RGBA of 8 bits, black at range.low and white at range.high. */
export function colours(
  values: ArrayLike<number>,
  shape: number[],
  range: { low: number; high: number },
  into: Uint8ClampedArray,
): void {
  const [channels = 1, height = 1, width = 1] = shape;
  const size = height * width;
  const [red, green, blue] = chosen(channels);
  const scale = 255 / Math.max(range.high - range.low, 1e-12);
  // A clamped array rounds to the nearest, stays within 0..255, and takes NaN as 0.
  for (let i = 0; i < size; i++) {
    into[4 * i] = (values[red * size + i]! - range.low) * scale;
    into[4 * i + 1] = (values[green * size + i]! - range.low) * scale;
    into[4 * i + 2] = (values[blue * size + i]! - range.low) * scale;
    into[4 * i + 3] = channels === 4 ? (values[3 * size + i]! - range.low) * scale : 255;
  }
}

const kept = new WeakMap<HTMLCanvasElement, { brush: CanvasRenderingContext2D; data: ImageData }>();

/** A canvas's own pixels, as many as the image has; made once, used for every painting. */
export function pixels(canvas: HTMLCanvasElement, width: number, height: number): ImageData {
  const old = kept.get(canvas);
  if (old && old.data.width === width && old.data.height === height) return old.data;
  canvas.width = width;
  canvas.height = height;
  const brush = canvas.getContext("2d");
  if (!brush) throw new Error("This browser gives no canvas to paint on.");
  const data = brush.createImageData(width, height);
  kept.set(canvas, { brush, data });
  return data;
}

/** Bring what is in `pixels` onto the canvas. */
export function put(canvas: HTMLCanvasElement): void {
  const own = kept.get(canvas);
  own?.brush.putImageData(own.data, 0, 0);
}

export function paintImage(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  about: About,
): void {
  const [, height = 1, width = 1] = about.shape;
  colours(values, about.shape, about.range, pixels(canvas, width, height).data);
  put(canvas);
}

/** The CSS size of an image in a box: whole numbers of device pixels for each of its own, if it fits. */
export function fitted(
  about: About,
  box: { width: number; height: number },
): { width: number; height: number; enlarged: boolean } {
  const [, height = 1, width = 1] = about.shape;
  const dots = globalThis.devicePixelRatio || 1;
  const scale = Math.min((box.width * dots) / width, (box.height * dots) / height);
  const whole = scale >= 1 ? Math.floor(scale) : scale;
  return {
    width: (width * whole) / dots,
    height: (height * whole) / dots,
    enlarged: scale >= 1,
  };
}

/** One example on a canvas, whatever the data are. */

import type { About } from "../transport/transport";
import { fitted, paintImage } from "./images";
import { paintProfile } from "./profiles";

/**
 * Paint an example.
 *
 * An image fills the canvas with its own pixels, and CSS magnifies them (`place`); a table's row is
 * drawn at the size that the canvas has on the page, or at the one that is given.
 */
export function paintExample(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  about: About,
  size?: { width: number; height: number },
): void {
  if (about.kind === "image") paintImage(canvas, values, about);
  else {
    const { clientWidth: width, clientHeight: height } = canvas;
    paintProfile(canvas, values, about, size ?? { width, height });
  }
}

/** Give a canvas the size at which this example is sharp in a box. */
export function place(
  canvas: HTMLCanvasElement,
  about: About,
  box: { width: number; height: number },
): void {
  const { width, height, enlarged } =
    about.kind === "image" ? fitted(about, box) : { ...box, enlarged: true };
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.style.imageRendering = enlarged ? "pixelated" : "auto";
}

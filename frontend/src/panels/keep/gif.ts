/** Animations: decodes along a way through the latent space, there and back. */

import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { sheet } from "../../paint/sheets";
import type { About } from "../../transport/transport";

/** Pixels of the longer side, and milliseconds of a frame. */
const SIDE = 256;
const DELAY = 60;

/** A GIF that plays the frames to the end and back, for ever. */
export function gif(frames: Float32Array[], about: About): Blob {
  const pictures = frames.map((values) => rgba(sheet(values, about, SIDE)));
  const palette = quantize(sampled(pictures.map(({ data }) => data)), 256);
  const indexed = pictures.map(({ data }) => applyPalette(data, palette));
  const encoder = GIFEncoder();
  const back = indexed.slice(1, -1).reverse();
  [...indexed, ...back].forEach((picture, i) => {
    const { width, height } = pictures[0]!;
    // The first frame says which colours there are, and that it goes on for ever.
    encoder.writeFrame(picture, width, height, {
      delay: DELAY,
      ...(i === 0 ? { palette, repeat: 0 } : {}),
    });
  });
  encoder.finish();
  return new Blob([encoder.bytes()], { type: "image/gif" });
}

/** The pixels of a picture on white: a GIF's opacity is all or nothing. */
function rgba(canvas: HTMLCanvasElement): ImageData {
  const flat = document.createElement("canvas");
  flat.width = canvas.width;
  flat.height = canvas.height;
  const brush = flat.getContext("2d")!;
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, flat.width, flat.height);
  brush.drawImage(canvas, 0, 0);
  return brush.getImageData(0, 0, flat.width, flat.height);
}

/** At most about a million pixels of all frames, evenly: the colours of the whole animation. */
function sampled(pictures: Uint8ClampedArray[]): Uint8ClampedArray {
  const all = pictures.reduce((sum, { length }) => sum + length / 4, 0);
  const step = Math.max(1, Math.ceil(all / 1e6));
  const found = new Uint8ClampedArray(4 * Math.ceil(all / step));
  let at = 0;
  let seen = 0;
  for (const data of pictures) {
    for (let i = 0; i < data.length; i += 4, seen++) {
      if (seen % step) continue;
      found.set(data.subarray(i, i + 4), at);
      at += 4;
    }
  }
  return found.subarray(0, at);
}

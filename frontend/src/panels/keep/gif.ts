/** Animations: decodes along a way through the latent space, there and back. */

import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { breath } from "../../breath";
import { sheet } from "../../paint/sheets";
import type { About } from "../../transport/transport";

/** Pixels of the longer side, and milliseconds of a frame. */
const SIDE = 256;
const DELAY = 60;

/** Frames that the colours of the whole animation are taken from. */
const SEEN = 24;

/**
 * A GIF that plays the frames to the end and back, for ever.
 *
 * One frame is made at a time, with room between them for the page to follow a hand.
 */
export async function gif(frames: Float32Array[], about: About): Promise<Blob> {
  const picture = (values: Float32Array): ImageData => rgba(sheet(values, about, SIDE));
  const every = Math.ceil(frames.length / SEEN);
  const some: Uint8ClampedArray[] = [];
  for (const values of frames.filter((_, i) => i % every === 0)) {
    some.push(picture(values).data);
    await breath();
  }
  const palette = quantize(sampled(some), 256);
  const encoder = GIFEncoder();
  const size = picture(frames[0]!);
  const write = (pixels: Uint8Array, first: boolean): void =>
    encoder.writeFrame(pixels, size.width, size.height, {
      delay: DELAY,
      // The first frame says which colours there are, and that it goes on for ever.
      ...(first ? { palette, repeat: 0 } : {}),
    });
  const indexed: Uint8Array[] = [];
  for (const values of frames) {
    indexed.push(applyPalette(picture(values).data, palette));
    write(indexed[indexed.length - 1]!, indexed.length === 1);
    await breath();
  }
  for (const pixels of indexed.slice(1, -1).reverse()) {
    write(pixels, false);
    await breath();
  }
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

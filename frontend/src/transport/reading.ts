/** An image file from a person, read inside the page and brought to what the training images were. */

import type { Pixels } from "../maths/resample";
import { centred, resized, whole } from "../maths/resample";
import type { RunFile } from "./inlined";
import type { About } from "./transport";
import { TransportError } from "./transport";

const MOST_BYTES = 2 ** 24;
/** Pixels that a file may unpack to. */
const MOST_PIXELS = 50_000_000;

/** Return the values of an image file, (C, H, W) one after another. */
export async function read(file: Blob, about: About, way: RunFile["resize"]): Promise<Float32Array> {
  const [channels = 1, height = 1, width = 1] = about.shape;
  const image = WAYS[way](converted(await unpacked(file), channels), width, height);
  const { low, high, levels } = about.range;
  const values = new Float32Array(channels * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let c = 0; c < channels; c++) {
      const value = low + ((high - low) * image.bytes[pixel * channels + c]!) / 255;
      values[c * height * width + pixel] = levels === null ? value : Math.round(value);
    }
  }
  return values;
}

const WAYS: Record<RunFile["resize"], (image: Pixels, width: number, height: number) => Pixels> = {
  stretch: (image, width, height) => resized(image, width, height, whole(image)),
  crop: (image, width, height) => resized(image, width, height, centred(image, width, height)),
  pad: padded,
};

async function unpacked(file: Blob): Promise<Pixels> {
  if (file.size > MOST_BYTES) {
    const most = MOST_BYTES.toLocaleString("en-GB");
    throw new TransportError(`The file has more than ${most} bytes: make it smaller.`, "bad-data");
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new TransportError(
      "This is no image, or of a kind that this browser does not read: use PNG or JPEG.",
      "bad-data",
    );
  }
  const { width, height } = bitmap;
  try {
    if (width * height > MOST_PIXELS) {
      const most = MOST_PIXELS.toLocaleString("en-GB");
      throw new TransportError(`The image has more than ${most} pixels: make it smaller.`, "bad-data");
    }
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new TransportError("This browser cannot unpack the image.", "browser");
    context.drawImage(bitmap, 0, 0);
    return { width, height, channels: 4, bytes: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
}

/** Bring red, green, blue and opacity to so many channels; to grey as Pillow does (ITU-R 601-2). */
function converted({ width, height, bytes }: Pixels, channels: number): Pixels {
  const out = new Uint8ClampedArray(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [r, g, b, a] = bytes.subarray(4 * pixel, 4 * pixel + 4) as unknown as number[];
    const grey = (19595 * r! + 38470 * g! + 7471 * b! + 0x8000) >> 16;
    out.set(channels === 1 ? [grey] : [r!, g!, b!, a!].slice(0, channels), pixel * channels);
  }
  return { width, height, channels, bytes: out };
}

/** Make an image as large as fits, with black beside it. */
function padded(image: Pixels, width: number, height: number): Pixels {
  const scale = Math.min(width / image.width, height / image.height);
  const inner = resized(
    image,
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
    whole(image),
  );
  const { channels } = image;
  const left = Math.round((width - inner.width) / 2);
  const top = Math.round((height - inner.height) / 2);
  const bytes = new Uint8ClampedArray(width * height * channels);
  for (let y = 0; y < inner.height; y++) {
    const row = inner.bytes.subarray(y * inner.width * channels, (y + 1) * inner.width * channels);
    bytes.set(row, ((top + y) * width + left) * channels);
  }
  return { width, height, channels, bytes };
}


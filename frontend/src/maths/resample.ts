/**
 * Images resized as Pillow does: by a cubic filter (a = -1/2) that is widened when an image is made
 * smaller, along rows and then along columns, with the result rounded to bytes after each.
 *
 * A browser's own resizing is another filter: of small images it makes others than training saw.
 */

/** Bytes, channels of a pixel side by side. */
export interface Pixels {
  width: number;
  height: number;
  channels: number;
  bytes: Uint8ClampedArray;
}

/** A part of an image, in pixels; ends need not be whole. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function whole({ width, height }: { width: number; height: number }): Box {
  return { left: 0, top: 0, right: width, bottom: height };
}

/** Resize a part of an image. */
export function resized(image: Pixels, width: number, height: number, box: Box): Pixels {
  const across = along(image, width, box.left, box.right);
  return turned(along(turned(across), height, box.top, box.bottom));
}

/** The part that is left when an image is cut to the proportions of a size, keeping its centre. */
export function centred(image: Pixels, width: number, height: number): Box {
  const { left, top, right, bottom } = whole(image);
  const wanted = width / height;
  if (right / bottom >= wanted) {
    const kept = wanted * bottom;
    return { left: (right - kept) / 2, top, right: (right + kept) / 2, bottom };
  }
  const kept = right / wanted;
  return { left, top: (bottom - kept) / 2, right, bottom: (bottom + kept) / 2 };
}

const SUPPORT = 2;

function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

/** Resize along rows, from columns `low` to `high`. */
function along(image: Pixels, width: number, low: number, high: number): Pixels {
  const { height, channels, bytes } = image;
  if (low === 0 && high === image.width && width === image.width) return image;
  const scale = (high - low) / width;
  const widened = Math.max(scale, 1);
  const out = new Uint8ClampedArray(width * height * channels);
  for (let x = 0; x < width; x++) {
    const centre = low + (x + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - SUPPORT * widened + 0.5), 0);
    const last = Math.min(Math.trunc(centre + SUPPORT * widened + 0.5), image.width);
    const weights = Array.from({ length: last - first }, (_, i) =>
      cubic((first + i - centre + 0.5) / widened),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let at = (y * image.width + first) * channels + c;
        for (const weight of weights) {
          sum += weight * bytes[at]!;
          at += channels;
        }
        // Clamped and rounded by the array.
        out[(y * width + x) * channels + c] = Math.floor(sum / total + 0.5);
      }
    }
  }
  return { width, height, channels, bytes: out };
}

/** Rows as columns. */
function turned({ width, height, channels, bytes }: Pixels): Pixels {
  const out = new Uint8ClampedArray(bytes.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        out[(x * height + y) * channels + c] = bytes[(y * width + x) * channels + c]!;
      }
    }
  }
  return { width: height, height: width, channels, bytes: out };
}

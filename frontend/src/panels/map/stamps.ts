/** Tens of thousands of soft round dots, written straight into the pixels of a canvas. */

import { toScreen, type Size, type Viewport } from "../../maths/viewport";

export interface Dots {
  /** Flat (n, 2), in data units. */
  readonly points: Float32Array;
  /** 0xrrggbb for each point. */
  readonly colours: Uint32Array;
  /** 0 hidden, 1 faint, 2 full; null where all are full. */
  readonly strength: Uint8Array | null;
  /** 1 for a ring, 0 for a disc; null where all are discs. */
  readonly rings: Uint8Array | null;
}

/** One dot: for each covered pixel its place relative to the middle, and how much of it, 0..256. */
interface Stamp {
  readonly dx: Int16Array;
  readonly dy: Int16Array;
  readonly alpha: Uint16Array;
  readonly reach: number;
}

const OPACITY = { full: 0.85, faint: 0.16 };

/** Radius in CSS pixels: small enough that many points are not one blot. */
export function radiusFor(count: number, zoom: number): number {
  const alone = Math.max(1.1, Math.min(4, 130 / Math.sqrt(count)));
  return Math.min(7, alone * Math.min(2.5, Math.sqrt(Math.max(1, zoom))));
}

/**
 * Draw the dots on a plain ground into an image of size * ratio pixels.
 *
 * Faint dots lie below the full ones. Blending works on red and blue together and on green, in
 * whole numbers: fifty thousand dots take a few milliseconds, which fillRect or arc do not.
 */
export function stampAll(
  image: ImageData,
  dots: Dots,
  view: Viewport,
  size: Size,
  radius: number,
  ground: number,
): void {
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(swapped(ground));
  const ratio = image.width / size.width;
  for (const ring of dots.rings ? [0, 1] : [0]) {
    if (!dots.strength) break;
    const faint = stamp(radius, ratio, OPACITY.faint, ring);
    stampSome(pixels, image, dots, view, size, faint, 1, ring);
  }
  for (const ring of dots.rings ? [0, 1] : [0]) {
    const full = stamp(radius, ratio, OPACITY.full, ring);
    stampSome(pixels, image, dots, view, size, full, 2, ring);
  }
}

function stampSome(
  pixels: Uint32Array,
  { width, height }: ImageData,
  { points, colours, strength, rings }: Dots,
  view: Viewport,
  size: Size,
  { dx, dy, alpha, reach }: Stamp,
  only: number,
  ring: number,
): void {
  const ratio = width / size.width;
  const [zeroX, zeroY] = toScreen(view, size, 0, 0);
  const scale = view.scale * ratio;
  const steps = Int32Array.from(dx, (x, k) => dy[k]! * width + x);
  for (let i = 0; i < colours.length; i++) {
    if ((strength && strength[i] !== only) || (rings && rings[i] !== ring)) continue;
    const cx = Math.round(zeroX * ratio + points[2 * i]! * scale);
    const cy = Math.round(zeroY * ratio - points[2 * i + 1]! * scale);
    if (!(cx >= -reach && cy >= -reach && cx < width + reach && cy < height + reach)) continue;
    const colour = swapped(colours[i]!);
    const redBlue = colour & 0xff00ff;
    const green = colour & 0x00ff00;
    const whole = cx >= reach && cy >= reach && cx < width - reach && cy < height - reach;
    const middle = cy * width + cx;
    for (let k = 0; k < alpha.length; k++) {
      if (!whole && !within(cx + dx[k]!, cy + dy[k]!, width, height)) continue;
      const at = middle + steps[k]!;
      const under = pixels[at]!;
      const a = alpha[k]!;
      const rb = (redBlue * a + (under & 0xff00ff) * (256 - a)) >>> 8;
      const g = (green * a + (under & 0x00ff00) * (256 - a)) >>> 8;
      pixels[at] = 0xff000000 | (rb & 0xff00ff) | (g & 0x00ff00);
    }
  }
}

function within(x: number, y: number, width: number, height: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

function stamp(radius: number, ratio: number, opacity: number, ring: number): Stamp {
  const r = radius * ratio;
  // A ring needs a hole that can be seen, and a line that can.
  const hole = ring ? r - Math.max(1, 0.4 * r) : -1;
  const reach = Math.ceil(r + 0.5);
  const [dx, dy, alpha]: [number[], number[], number[]] = [[], [], []];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const far = Math.hypot(x, y);
      const cover = Math.max(0, Math.min(1, r + 0.5 - far, far - hole + 0.5));
      if (cover < 0.02) continue;
      dx.push(x);
      dy.push(y);
      alpha.push(Math.round(256 * opacity * cover));
    }
  }
  return {
    dx: Int16Array.from(dx),
    dy: Int16Array.from(dy),
    alpha: Uint16Array.from(alpha),
    reach,
  };
}

/** 0xrrggbb as the bytes of an ImageData lie on a little-endian machine: 0xffbbggrr. */
function swapped(colour: number): number {
  return (0xff000000 | ((colour & 255) << 16) | (colour & 0xff00) | (colour >>> 16)) >>> 0;
}

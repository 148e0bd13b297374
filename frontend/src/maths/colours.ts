/** Colours of points: ten for categories, viridis for quantities (those of the report). */

/** Ten colours after Petroff (2021), the lightest darkened for white paper; an eleventh category begins again. */
export const CATEGORIES = [
  0x3f90da, 0xe08e0b, 0xbd1f01, 0x8c9a98, 0x832db6, 0xa96b59, 0xe76300, 0xa39a3c, 0x717581,
  0x3fb4b8,
];

const VIRIDIS = [
  0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c,
  0x1fa088, 0x28ae80, 0x3fbc73, 0x5ec962, 0x84d44b, 0xaddc30, 0xd8e219, 0xfde725,
];

/** For a category that is not known. */
export const UNKNOWN = 0x9ea9b6;

export function categoryColour(category: number): number {
  return Number.isInteger(category) && category >= 0
    ? CATEGORIES[category % CATEGORIES.length]!
    : UNKNOWN;
}

/** Viridis at 0..1, between 17 stops. */
export function viridis(at: number): number {
  if (Number.isNaN(at)) return UNKNOWN;
  const place = Math.max(0, Math.min(1, at)) * (VIRIDIS.length - 1);
  const below = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const [a, b, t] = [VIRIDIS[below]!, VIRIDIS[below + 1]!, place - below];
  const channel = (shift: number): number =>
    Math.round((1 - t) * ((a >> shift) & 255) + t * ((b >> shift) & 255));
  return (channel(16) << 16) | (channel(8) << 8) | channel(0);
}

export function css(colour: number): string {
  return "#" + colour.toString(16).padStart(6, "0");
}

/** Where a quantity's colours begin and end: its 1st and 99th percentile, so that one odd value does not grey out the rest. */
export function span(values: Float32Array): [number, number] {
  const sorted = values.filter(Number.isFinite).sort();
  if (!sorted.length) return [0, 1];
  const at = (p: number): number => sorted[Math.round(p * (sorted.length - 1))]!;
  const [low, high] = [at(0.01), at(0.99)];
  return low < high
    ? [low, high]
    : [sorted[0]!, Math.max(sorted[sorted.length - 1]!, sorted[0]! + 1e-6)];
}

/** One 0xrrggbb colour a point. */
export function colourOf(values: Float32Array, categorical: boolean): Uint32Array {
  if (categorical) return Uint32Array.from(values, categoryColour);
  const [low, high] = span(values);
  return Uint32Array.from(values, (value) => viridis((value - low) / (high - low)));
}

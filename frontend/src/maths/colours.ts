/** Colours of points, those of the report: ten for categories, viridis for quantities. */

/**
 * Ten colours, searched for: any two are at least 0.18 apart in OKLab, and 0.09 as somebody sees them
 * who lacks one kind of cone (Machado et al. 2009); a tenth of a unit apart is easily told apart. None
 * is grey, which stands for what is not known, and all are seen on white paper and on dark.
 */
export const CATEGORIES = [
  0x0762d9, 0xc5b52c, 0xb5052c, 0x29befa, 0xa673fa, 0x0c655c, 0x8a2e9e, 0x18a25f, 0xeb6305,
  0xf98dc0,
];

/** Categories that look different: the colours as discs, then once more as rings. */
export const DISTINCT = 2 * CATEGORIES.length;

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

/** Whether a category is drawn as a ring: its colour was given to another one before. */
export function ringed(category: number): boolean {
  return category % DISTINCT >= CATEGORIES.length;
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

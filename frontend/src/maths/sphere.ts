/** Codes of length one: where the units of a level lie on the unit sphere. */

/** Lengths that differ from one by less are float32's. */
const NEAR = 1e-6;

/**
 * Bring codes (n * width) back to the sphere that the units `first` to `first + count` lie on.
 *
 * Where one of these units was turned by hand it stays where the hand has put it, as far as a
 * sphere allows, and the others give way:
 *
 *     z_u in [-1, 1],   z_i <- z_i sqrt(1 - z_u^2) / |z without z_u|
 *
 * Otherwise the whole code is scaled. Codes that are there already come back as they are.
 */
export function onSphere(
  codes: Float32Array,
  width: number,
  [first, count]: readonly [number, number],
  turned: number | null = null,
): Float32Array {
  const kept = turned !== null && turned >= first && turned < first + count ? turned : null;
  let found = codes;
  for (let start = 0; start < codes.length; start += width) {
    const part = codes.subarray(start + first, start + first + count);
    if (Math.abs(Math.hypot(...part) - 1) < NEAR) continue;
    if (found === codes) found = codes.slice();
    const scaled = kept === null ? lengthOne(part) : givenWay(part, kept - first);
    found.set(scaled, start + first);
  }
  return found;
}

function lengthOne(part: Float32Array): Float32Array {
  const length = Math.hypot(...part);
  // The middle has no direction: the first axis is what decoders take, too.
  if (length < 1e-12) return part.map((_, i) => Number(i === 0));
  return part.map((value) => value / length);
}

function givenWay(part: Float32Array, kept: number): Float32Array {
  const value = Math.max(-1, Math.min(1, part[kept]!));
  const left = Math.sqrt(Math.max(0, 1 - value * value));
  const others = part.map((other, i) => (i === kept ? 0 : other));
  const length = Math.hypot(...others);
  // Others that are all at zero have no direction: they share what is left evenly.
  const even = left / Math.sqrt(Math.max(1, part.length - 1));
  return others.map((other, i) =>
    i === kept ? value : length < 1e-12 ? even : (other * left) / length,
  );
}

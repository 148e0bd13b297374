/** Draws that can be repeated: the same seed gives the same numbers in every browser. */

/** Uniform numbers in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` draws of mean + width * sd * e, e standard normal (Box and Muller, 1958); flat (count, units). */
export function around(
  mean: Float32Array,
  sd: Float32Array,
  width: number,
  count: number,
  seed: number,
): Float32Array {
  const next = uniform(seed);
  const units = mean.length;
  return Float32Array.from({ length: count * units }, (_, i) => {
    const e = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return mean[i % units]! + width * sd[i % units]! * e;
  });
}

/** `count` standard normal draws (Box and Muller, 1958), from uniform ones. */
export function normal(next: () => number, count: number): Float32Array {
  const draws = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    draws[i] = radius * Math.cos(angle);
    if (i + 1 < count) draws[i + 1] = radius * Math.sin(angle);
  }
  return draws;
}

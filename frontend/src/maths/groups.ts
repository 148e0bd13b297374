/** How a group of examples differs from the rest, unit by unit. */

/** A difference of means in standard deviations of the unit over all examples, and its standard error. */
export interface Difference {
  readonly unit: number;
  readonly value: number;
  readonly error: number;
}

/**
 * Per unit (mean in the group - mean of the rest) / sd, sd over all examples; the standard error is
 * sqrt(v_g / n_g + v_r / n_r) / sd with v the variances within. Largest first; units that never
 * move have nothing to tell and are left out. Needs two examples in the group and two in the rest.
 */
export function differences(
  codes: Float32Array,
  units: number,
  group: ArrayLike<number>,
): Difference[] {
  const count = codes.length / units;
  const member = new Uint8Array(count);
  for (let i = 0; i < group.length; i++) member[group[i]!] = 1;
  if (group.length < 2 || count - group.length < 2) return [];
  const all = Array.from({ length: units }, (_, unit) => difference(codes, units, unit, member));
  return all
    .filter((d) => Number.isFinite(d.value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

function difference(
  codes: Float32Array,
  units: number,
  unit: number,
  member: Uint8Array,
): Difference {
  const count = member.length;
  const [sizes, means, squares] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  for (let i = 0; i < count; i++) {
    const part = member[i]!;
    sizes[part]!++;
    means[part]! += codes[i * units + unit]!;
  }
  for (const part of [0, 1]) means[part]! /= sizes[part]!;
  for (let i = 0; i < count; i++)
    squares[member[i]!]! += (codes[i * units + unit]! - means[member[i]!]!) ** 2;
  const gap = means[1]! - means[0]!;
  const between = (gap * gap * sizes[0]! * sizes[1]!) / count;
  const sd = Math.sqrt((squares[0]! + squares[1]! + between) / count);
  const error = Math.sqrt(
    squares.reduce((sum, square, part) => sum + square / (sizes[part]! - 1) / sizes[part]!, 0),
  );
  return { unit, value: gap / sd, error: error / sd };
}

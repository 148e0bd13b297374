/** The linear map from codes to the plane of a picture that was made of them. */

/** y = (z - centre) weights + offset, for each of two axes. */
export interface Projection {
  readonly centre: Float64Array;
  readonly weights: [Float64Array, Float64Array];
  readonly offset: [number, number];
}

const ROWS = 4096;

/**
 * Least squares of positions (flat (n, 2)) on codes (flat (n, units)): W = (C'C + e I)^-1 C'Y with
 * C the standardised codes. Positions that are linear in the codes, such as PCA, are met exactly
 * (to rounding); e = 1e-9 n only decides what cannot be known, a unit that never moves.
 */
export function leastSquares(
  codes: Float32Array,
  positions: Float32Array,
  units: number,
): Projection {
  const count = codes.length / units;
  const rows = Array.from({ length: Math.min(count, ROWS) }, (_, i) =>
    Math.floor((i * count) / Math.min(count, ROWS)),
  );
  const [centre, sd] = moments(codes, rows, units);
  const offset: [number, number] = [0, 0];
  for (const i of rows)
    for (const axis of [0, 1] as const) offset[axis] += positions[2 * i + axis]! / rows.length;
  const gram = Array.from({ length: units }, () => new Float64Array(units));
  const cross: [Float64Array, Float64Array] = [new Float64Array(units), new Float64Array(units)];
  const c = new Float64Array(units);
  for (const i of rows) {
    for (let j = 0; j < units; j++) c[j] = (codes[i * units + j]! - centre[j]!) / sd[j]!;
    for (let j = 0; j < units; j++) {
      for (let k = 0; k <= j; k++) gram[j]![k]! += c[j]! * c[k]!;
      for (const axis of [0, 1] as const)
        cross[axis][j]! += c[j]! * (positions[2 * i + axis]! - offset[axis]);
    }
  }
  for (let j = 0; j < units; j++) gram[j]![j]! += 1e-9 * rows.length;
  cholesky(gram);
  const weights = cross.map((right) => solve(gram, right).map((w, j) => w / sd[j]!));
  return { centre, weights: [weights[0]!, weights[1]!], offset };
}

export function project(at: Projection, z: Float32Array): [number, number] {
  const axis = (w: Float64Array, offset: number): number =>
    w.reduce((sum, weight, j) => sum + weight * (z[j]! - at.centre[j]!), offset);
  return [axis(at.weights[0], at.offset[0]), axis(at.weights[1], at.offset[1])];
}

function moments(codes: Float32Array, rows: number[], units: number): [Float64Array, Float64Array] {
  const [mean, square] = [new Float64Array(units), new Float64Array(units)];
  for (const i of rows)
    for (let j = 0; j < units; j++) mean[j]! += codes[i * units + j]! / rows.length;
  for (const i of rows)
    for (let j = 0; j < units; j++)
      square[j]! += (codes[i * units + j]! - mean[j]!) ** 2 / rows.length;
  return [mean, square.map((variance) => Math.sqrt(variance) || 1)];
}

/** In place: the lower triangle L with L L' = a. */
function cholesky(a: Float64Array[]): void {
  for (let j = 0; j < a.length; j++)
    for (let i = j; i < a.length; i++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= a[i]![k]! * a[j]![k]!;
      a[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / a[j]![j]!;
    }
}

/** x with L L' x = b. */
function solve(lower: Float64Array[], b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}

/** Codes added and subtracted, as vectors. */

/** a - b + c: what a has and b lacks, added to c. */
export function analogy(a: Float32Array, b: Float32Array, c: Float32Array): Float32Array {
  return a.map((value, unit) => value - b[unit]! + c[unit]!);
}

/** The rows of a flat (rows, width) array. */
export function row(table: Float32Array, index: number, width: number): Float32Array {
  return table.slice(index * width, (index + 1) * width);
}

/** The mean of some rows of a flat (rows, width) array, summed in double precision. */
export function meanOfRows(
  table: Float32Array,
  rows: ArrayLike<number>,
  width: number,
): Float32Array {
  const sums = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i]! * width;
    for (let j = 0; j < width; j++) sums[j]! += table[at + j]!;
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, rows.length));
}

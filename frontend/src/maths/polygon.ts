/** Which points lie inside a drawn outline. */

/**
 * Indices of the points inside a closed polygon, by the even-odd rule: a ray to the right crosses
 * the outline an odd number of times. Points and outline are flat (n, 2), in the same units.
 */
export function inside(points: Float32Array, outline: ArrayLike<number>): Uint32Array {
  const corners = outline.length / 2;
  const [left, bottom, right, top] = extent(outline);
  const found: number[] = [];
  for (let i = 0; i < points.length / 2; i++) {
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    if (!(x >= left && x <= right && y >= bottom && y <= top)) continue;
    let odd = false;
    for (let j = 0, k = corners - 1; j < corners; k = j++) {
      const yj = outline[2 * j + 1]!;
      const yk = outline[2 * k + 1]!;
      if (yj > y === yk > y) continue;
      const xj = outline[2 * j]!;
      const xk = outline[2 * k]!;
      if (x < ((xk - xj) * (y - yj)) / (yk - yj) + xj) odd = !odd;
    }
    if (odd) found.push(i);
  }
  return Uint32Array.from(found);
}

/** Left, bottom, right, top. */
export type Box = readonly [number, number, number, number];

/** The box of the finite points of a flat (n, 2) array. */
export function extent(points: ArrayLike<number>): Box {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  return [left, bottom, right, top];
}

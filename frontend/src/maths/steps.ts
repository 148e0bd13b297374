/** Moving from point to point with the arrow keys. */

/**
 * Index of the neighbour of point `from` in a direction (unit steps right and up), or null.
 *
 * Of the points within 60 degrees of the direction, the one that needs the least way when way to
 * the side counts double: moving right and then left comes back to near where it began.
 */
export function neighbour(
  points: Float32Array,
  from: number,
  right: number,
  up: number,
  passes: (i: number) => boolean = () => true,
): number | null {
  const [x, y] = [points[2 * from]!, points[2 * from + 1]!];
  let [best, least] = [null as number | null, Infinity];
  for (let i = 0; i < points.length / 2; i++) {
    const [dx, dy] = [points[2 * i]! - x, points[2 * i + 1]! - y];
    const ahead = dx * right + dy * up;
    const aside = Math.abs(dx * up - dy * right);
    if (!(ahead > 0) || aside > 1.7320508 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least && passes(i)) [best, least] = [i, cost];
  }
  return best;
}

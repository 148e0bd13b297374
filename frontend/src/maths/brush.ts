/** Ink on a small grey picture: a round brush with a soft edge, at the model's own resolution. */

/** Points in picture units (x right, y down; pixel 0 covers 0 to 1), flat (n, 2). */
export interface Stroke {
  readonly points: readonly number[];
  readonly radius: number;
  readonly erases: boolean;
}

/**
 * The picture after these strokes: coverage 0..1 of each pixel, on top of `start`.
 *
 * A pixel at distance d from the line through a stroke's points is covered by
 * clamp(radius + 1/2 - d, 0, 1), one soft pixel at the edge; overlapping ink does not add up.
 */
export function inked(
  start: Float32Array,
  width: number,
  strokes: readonly Stroke[],
): Float32Array {
  const coverage = start.slice();
  for (const stroke of strokes) {
    const reach = stroke.radius + 0.5;
    for (let p = 0; p < stroke.points.length; p += 2) {
      const before = Math.max(0, p - 2);
      const line: Line = [
        stroke.points[before]!,
        stroke.points[before + 1]!,
        stroke.points[p]!,
        stroke.points[p + 1]!,
      ];
      dab(coverage, width, line, reach, stroke.erases);
    }
  }
  return coverage;
}

type Line = [x0: number, y0: number, x1: number, y1: number];

function dab(
  coverage: Float32Array,
  width: number,
  line: Line,
  reach: number,
  erases: boolean,
): void {
  const [x0, y0, x1, y1] = line;
  const height = coverage.length / width;
  const [left, right] = [
    Math.max(0, Math.floor(Math.min(x0, x1) - reach)),
    Math.min(width - 1, Math.ceil(Math.max(x0, x1) + reach)),
  ];
  const [top, bottom] = [
    Math.max(0, Math.floor(Math.min(y0, y1) - reach)),
    Math.min(height - 1, Math.ceil(Math.max(y0, y1) + reach)),
  ];
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const ink = Math.max(0, Math.min(1, reach - distance(x + 0.5, y + 0.5, line)));
      const at = y * width + x;
      coverage[at] = erases ? Math.min(coverage[at]!, 1 - ink) : Math.max(coverage[at]!, ink);
    }
}

/** From a point to a line between two points. */
function distance(x: number, y: number, [x0, y0, x1, y1]: Line): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length)) : 0;
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

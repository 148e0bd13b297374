/** Points sorted into square cells, so that the nearest one is found without looking at all. */

import { extent } from "./polygon";

export class Grid {
  private readonly cell: number;
  private readonly columns: number;
  private readonly rows: number;
  private readonly left: number;
  private readonly bottom: number;
  private readonly starts: Uint32Array; // where each cell's points begin in `sorted`
  private readonly sorted: Uint32Array;

  /** `points` is flat (n, 2); points that are not finite are in no cell, so nothing finds them. */
  constructor(private readonly points: Float32Array) {
    const count = points.length / 2;
    const [left, bottom, right, top] = extent(points);
    const [width, height] = [Math.max(right - left, 1e-12), Math.max(top - bottom, 1e-12)];
    this.left = left;
    this.bottom = bottom;
    // About two points a cell if they were spread evenly; a thin cloud still gets whole cells.
    this.cell = Math.max(
      Math.sqrt((2 * width * height) / Math.max(1, count)),
      Math.max(width, height) / 512,
    );
    this.columns = Math.floor(width / this.cell) + 1 || 1;
    this.rows = Math.floor(height / this.cell) + 1 || 1;
    const cells = new Uint32Array(count).fill(this.columns * this.rows);
    this.starts = new Uint32Array(this.columns * this.rows + 2);
    for (let i = 0; i < count; i++) {
      const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
      if (Number.isFinite(x) && Number.isFinite(y))
        cells[i] = this.row(y) * this.columns + this.column(x);
      this.starts[cells[i]! + 1]!++;
    }
    for (let c = 1; c < this.starts.length; c++) this.starts[c]! += this.starts[c - 1]!;
    const next = this.starts.slice();
    this.sorted = new Uint32Array(count);
    for (let i = 0; i < count; i++) this.sorted[next[cells[i]!]!++] = i;
  }

  /** Index of the nearest point to (x, y) that is no farther than `reach` and that passes, or null. */
  nearest(
    x: number,
    y: number,
    reach: number,
    passes: (index: number) => boolean = () => true,
  ): number | null {
    let [best, least] = [null as number | null, reach * reach];
    const [first, last] = [this.column(x - reach), this.column(x + reach)];
    for (let r = this.row(y - reach); r <= this.row(y + reach); r++)
      for (
        let k = this.starts[r * this.columns + first]!;
        k < this.starts[r * this.columns + last + 1]!;
        k++
      ) {
        const i = this.sorted[k]!;
        const distance = (this.points[2 * i]! - x) ** 2 + (this.points[2 * i + 1]! - y) ** 2;
        if (distance <= least && passes(i)) [best, least] = [i, distance];
      }
    return best;
  }

  private column(x: number): number {
    return Math.max(0, Math.min(this.columns - 1, Math.floor((x - this.left) / this.cell)));
  }

  private row(y: number): number {
    return Math.max(0, Math.min(this.rows - 1, Math.floor((y - this.bottom) / this.cell)));
  }
}

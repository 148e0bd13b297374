/** A table's row as a small drawing: a bar for each number, up and down from the column's mean. */

import { categoryColour, css } from "../maths/colours";
import type { About, Column } from "../transport/transport";
import { placed, standard } from "./columns";

const OURS = "#3a7fc8";
const OTHER = "#d9772b";
const RULE = "rgba(127, 140, 155, 0.55)";

/** Standard deviations at which a bar is as long as it gets. */
export const MOST = 2;

/** More columns than these are drawn as one curve. */
export const NAMED = 40;

export function paintProfile(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  about: About,
  size: { width: number; height: number },
): void {
  const brush = cleared(canvas, size);
  if (!brush) return;
  const bars = heights(values, about);
  if (bars.length > NAMED) curve(brush, bars, OURS);
  else columns(brush, bars, values, about);
}

export interface Curved {
  data: ArrayLike<number> | null;
  rebuilt: ArrayLike<number> | null;
  ours: ArrayLike<number> | null;
}

/** An example, its reconstruction and what the knobs make, as curves; with a rule at one column. */
export function paintCurves(
  canvas: HTMLCanvasElement,
  { data, rebuilt, ours }: Curved,
  about: About,
  size: { width: number; height: number },
  pointed: number | null,
): void {
  const brush = cleared(canvas, size);
  if (!brush) return;
  const { width, height } = brush.canvas;
  if (pointed !== null) {
    brush.fillStyle = RULE;
    const x = ((pointed + 0.5) / placed(about).length) * width;
    brush.fillRect(Math.round(x), 0, Math.max(1, Math.round(width / size.width)), height);
  }
  if (data) curve(brush, heights(data, about), getComputedStyle(canvas).color);
  if (rebuilt) curve(brush, heights(rebuilt, about), OTHER);
  if (ours) curve(brush, heights(ours, about), OURS);
}

/** An empty canvas with a line at the columns' means. */
function cleared(
  canvas: HTMLCanvasElement,
  size: { width: number; height: number },
): CanvasRenderingContext2D | null {
  const dots = globalThis.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * dots), Math.round(size.height * dots)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const brush = canvas.getContext("2d");
  if (!brush) return null;
  brush.clearRect(0, 0, width, height);
  brush.fillStyle = RULE;
  brush.fillRect(0, Math.round(height / 2), width, Math.max(1, Math.round(dots / 2)));
  return brush;
}

/** For each column -1..1: how high its bar is, from the middle. */
function heights(values: ArrayLike<number>, about: About): number[] {
  return placed(about).map(({ column, at }) => {
    const value = values[at] ?? 0;
    // Yes is up and no is down; names have no order, and so no height.
    const share = either(column) ? 2 * value - 1 : standard(value, column) / MOST;
    return named(column) ? 0 : Math.max(-1, Math.min(1, share));
  });
}

function either({ choices }: Column): boolean {
  return choices?.length === 2;
}

function named({ kind, choices }: Column): boolean {
  return kind === "category" && choices?.length !== 2;
}

function columns(
  brush: CanvasRenderingContext2D,
  bars: number[],
  values: ArrayLike<number>,
  about: About,
): void {
  const { width, height } = brush.canvas;
  const step = width / bars.length;
  const gap = step > 4 ? 1 : 0;
  placed(about).forEach(({ column, at }, i) => {
    const share = bars[i]!;
    const long = Math.max((Math.abs(share) * height) / 2, 1);
    if (named(column)) {
      // A block on the line, in a colour of its own for each choice.
      brush.fillStyle = css(categoryColour(Math.round(values[at] ?? NaN)));
      brush.fillRect(i * step, 0.36 * height, step - gap, 0.28 * height);
      return;
    }
    brush.fillStyle = share < 0 ? OTHER : OURS;
    brush.fillRect(i * step, share < 0 ? height / 2 : height / 2 - long, step - gap, long);
  });
}

function curve(brush: CanvasRenderingContext2D, bars: number[], colour: string): void {
  const { width, height } = brush.canvas;
  brush.strokeStyle = colour;
  brush.lineWidth = Math.max(1, height / 120);
  brush.beginPath();
  bars.forEach((share, i) => {
    brush.lineTo(((i + 0.5) / bars.length) * width, (height * (1 - 0.94 * share)) / 2);
  });
  brush.stroke();
}

/** A table's row as a small drawing: a bar for each number, up and down from the column's mean. */

import type { About } from "../transport/transport";
import { placed, spread, standard } from "./columns";

const OURS = "#3a7fc8";
const OTHER = "#d9772b";
const RULE = "rgba(127, 140, 155, 0.55)";

/** Standard deviations at which a bar is as long as it gets. */
const MOST = 2;

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
  else columns(brush, bars);
}

/** What the model says and what the example says, as curves over the columns. */
export function paintCurves(
  canvas: HTMLCanvasElement,
  { ours, data }: { ours: ArrayLike<number> | null; data: ArrayLike<number> | null },
  about: About,
  size: { width: number; height: number },
): void {
  const brush = cleared(canvas, size);
  if (!brush) return;
  if (data) curve(brush, heights(data, about), getComputedStyle(canvas).color);
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

/** For each value -1..1: how high its bar is, from the middle. */
function heights(values: ArrayLike<number>, about: About): number[] {
  return placed(about).flatMap(({ column, at }) =>
    Array.from({ length: column.width }, (_, i) => {
      const value = values[at + i] ?? 0;
      // A probability has no mean to stand above: a half is the middle.
      const share = spread(column) ? 2 * value - 1 : standard(value, column) / MOST;
      return Math.max(-1, Math.min(1, share));
    }),
  );
}

function columns(brush: CanvasRenderingContext2D, bars: number[]): void {
  const { width, height } = brush.canvas;
  const step = width / bars.length;
  const gap = step > 4 ? 1 : 0;
  bars.forEach((share, i) => {
    const long = Math.max((Math.abs(share) * height) / 2, 1);
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

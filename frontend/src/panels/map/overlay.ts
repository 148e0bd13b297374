/** What lies over the dots: where the knobs are, the example under the pointer, an outline. */

import { letter } from "../letters";
import { toScreen, type Size, type Viewport } from "../../maths/viewport";

export interface Overlay {
  readonly marker: readonly [number, number] | null;
  /** Places of the example under the pointer and of the shown one, in data units. */
  readonly ring: readonly [number, number] | null;
  readonly shown: readonly [number, number] | null;
  /** Places of the picked examples: they get letters. */
  readonly picks: readonly (readonly [number, number])[];
  /** CSS pixels, flat (n, 2). */
  readonly outline: readonly number[];
}

export interface Inks {
  readonly ink: string;
  readonly paper: string;
  readonly accent: string;
}

export function drawOverlay(
  context: CanvasRenderingContext2D,
  { marker, ring, shown, picks, outline }: Overlay,
  view: Viewport,
  size: Size,
  inks: Inks,
): void {
  context.clearRect(0, 0, size.width, size.height);
  const at = ([x, y]: readonly [number, number]): [number, number] => toScreen(view, size, x, y);
  if (outline.length > 2) drawOutline(context, outline, inks);
  if (shown) circle(context, at(shown), 6, inks.paper, inks.ink);
  picks.forEach((pick, index) => drawPick(context, at(pick), letter(index), inks));
  if (ring) circle(context, at(ring), 8, inks.paper, inks.ink);
  if (marker) drawMarker(context, at(marker), size, inks);
}

type Context = CanvasRenderingContext2D;

function circle(
  context: Context,
  [x, y]: [number, number],
  radius: number,
  halo: string,
  ink: string,
): void {
  for (const [width, colour] of [
    [5, halo],
    [2, ink],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** A cross with a dot. Outside of what is seen it waits at the edge, hollow. */
function drawMarker(
  context: Context,
  [x, y]: [number, number],
  { width, height }: Size,
  inks: Inks,
): void {
  const [cx, cy] = [Math.max(10, Math.min(width - 10, x)), Math.max(10, Math.min(height - 10, y))];
  const outside = cx !== x || cy !== y;
  for (const [line, colour] of [
    [6, inks.paper],
    [2.5, inks.accent],
  ] as const) {
    context.lineWidth = line;
    context.strokeStyle = colour;
    context.lineCap = "round";
    context.beginPath();
    if (!outside)
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        context.moveTo(cx + 6 * dx, cy + 6 * dy);
        context.lineTo(cx + 12 * dx, cy + 12 * dy);
      }
    context.moveTo(cx + 5, cy);
    context.arc(cx, cy, 5, 0, 2 * Math.PI);
    context.stroke();
  }
  if (outside) return;
  context.fillStyle = inks.accent;
  context.beginPath();
  context.arc(cx, cy, 2.5, 0, 2 * Math.PI);
  context.fill();
}

function drawPick(context: Context, [x, y]: [number, number], name: string, inks: Inks): void {
  circle(context, [x, y], 5, inks.paper, inks.accent);
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = inks.paper;
  context.strokeText(name, x + 9, y - 8);
  context.fillStyle = inks.ink;
  context.fillText(name, x + 9, y - 8);
}

function drawOutline(context: Context, path: readonly number[], { accent }: Inks): void {
  context.beginPath();
  for (let i = 0; i < path.length; i += 2) context.lineTo(path[i]!, path[i + 1]!);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = accent;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.strokeStyle = accent;
  context.setLineDash([5, 4]);
  context.stroke();
  context.setLineDash([]);
}

/** What part of a map is seen: a centre and a scale, the same for both axes. */

import type { Box } from "./polygon";

/** Data units at the middle of the canvas, and CSS pixels per data unit; y points up. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 0.06;

/** The view that shows a whole box. */
export function fit([left, bottom, right, top]: Box, size: Size): Viewport {
  if (!(right >= left)) return { x: 0, y: 0, scale: 1 };
  const room = 1 - 2 * MARGIN;
  const scale = Math.min(
    (size.width * room) / (right - left || 1),
    (size.height * room) / (top - bottom || 1),
  );
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

export function toScreen(view: Viewport, size: Size, x: number, y: number): [number, number] {
  return [size.width / 2 + (x - view.x) * view.scale, size.height / 2 - (y - view.y) * view.scale];
}

export function toData(view: Viewport, size: Size, px: number, py: number): [number, number] {
  return [
    view.x + (px - size.width / 2) / view.scale,
    view.y - (py - size.height / 2) / view.scale,
  ];
}

/** Zoom by a factor so that the point under (px, py) stays there; between 1/2 and 200 times `home`. */
export function zoomed(
  view: Viewport,
  size: Size,
  factor: number,
  px: number,
  py: number,
  home: Viewport,
): Viewport {
  const scale = Math.max(home.scale / 2, Math.min(home.scale * 200, view.scale * factor));
  const [x, y] = toData(view, size, px, py);
  return { x: x - (px - size.width / 2) / scale, y: y + (py - size.height / 2) / scale, scale };
}

/** Moved by CSS pixels: what was at (0, 0) is now at (dx, dy). */
export function panned(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}

/** Moved so little that data point (x, y) can be seen, or the same view where it already is. */
export function reveal(view: Viewport, size: Size, x: number, y: number): Viewport {
  const [px, py] = toScreen(view, size, x, y);
  const margin = 24;
  const over = (at: number, length: number): number =>
    Math.max(margin, Math.min(length - margin, at)) - at;
  const [dx, dy] = [over(px, size.width), over(py, size.height)];
  return dx || dy ? panned(view, dx, dy) : view;
}

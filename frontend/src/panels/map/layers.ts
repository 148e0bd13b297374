/** The two canvases of a map: the dots, and what lies over them. */

import type { Size, Viewport } from "../../maths/viewport";
import { pixels, put } from "../../paint/images";
import { theme, type Theme } from "../../ui/theme";
import { drawOverlay, type Inks, type Overlay } from "./overlay";
import { type Dots, radiusFor, stampAll } from "./stamps";

/** Draw the dots; `home` is the scale at which everything is seen. */
export function paintDots(
  canvas: HTMLCanvasElement,
  dots: Dots,
  view: Viewport,
  size: Size,
  home: number,
): void {
  const [columns, rows] = [Math.round(size.width * ratio()), Math.round(size.height * ratio())];
  if (!columns || !rows) return;
  // One image for every painting: making millions of bytes anew would cost as much as the dots.
  const image = pixels(canvas, columns, rows);
  const radius = radiusFor(dots.colours.length, view.scale / home);
  stampAll(image, dots, view, size, radius, parsed(inksOf(canvas).paper));
  put(canvas);
  canvas.dataset.view = [view.x, view.y, view.scale].join(" ");
}

export function paintOver(
  canvas: HTMLCanvasElement,
  overlay: Overlay,
  view: Viewport,
  size: Size,
): void {
  const context = sized(canvas, size);
  if (!context) return;
  context.setTransform(ratio(), 0, 0, ratio(), 0, 0);
  drawOverlay(context, overlay, view, size, inksOf(canvas));
  canvas.dataset.marker = overlay.marker?.join(" ") ?? "";
}

let inks: (Inks & { readonly theme: Theme }) | null = null;

/** The colours of the theme. Asking for them costs a layout of the page, which no move can afford. */
function inksOf(canvas: HTMLCanvasElement): Inks {
  if (inks?.theme === theme.peek()) return inks;
  const style = getComputedStyle(canvas);
  const named = (name: string): string => style.getPropertyValue(name).trim();
  inks = {
    theme: theme.peek(),
    ink: named("--ink"),
    paper: named("--paper"),
    accent: named("--accent"),
  };
  return inks;
}

/** Device pixels for a CSS pixel; more than two cost time and nobody sees them. */
function ratio(): number {
  return Math.min(2, globalThis.devicePixelRatio || 1);
}

function sized(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
): CanvasRenderingContext2D | null {
  const [columns, rows] = [Math.round(width * ratio()), Math.round(height * ratio())];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  return columns && rows ? canvas.getContext("2d") : null;
}

/** '#rrggbb' as a number; white for anything else. */
function parsed(colour: string): number {
  const found = /^#([0-9a-f]{6})$/i.exec(colour);
  return found ? parseInt(found[1]!, 16) : 0xffffff;
}

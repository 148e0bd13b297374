/** Pictures to keep: one example, or several side by side, at a size that can be looked at. */

import type { About } from "../transport/transport";
import { along, placed, reading } from "./columns";
import { paintImage } from "./images";
import { NAMED, paintProfile } from "./profiles";

/** Pixels that an image's longer side is brought to, by a whole number. */
const SIDE = 448;

const INK = "#1d2733";
const FAINT = "#d5dae1";
const OURS = "#3a7fc8";
const FONT = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** One example on a canvas of its own. */
export function sheet(values: Float32Array, about: About, side = SIDE): HTMLCanvasElement {
  return about.kind === "image" ? image(values, about, side) : row(values, about);
}

/** Several examples side by side. */
export function rowOf(examples: Float32Array[], about: About, side: number): HTMLCanvasElement {
  const cells = examples.map((values) =>
    about.kind === "image" ? image(values, about, side) : small(values, about),
  );
  const gap = Math.max(2, Math.round((cells[0]?.width ?? 0) / 24));
  const canvas = document.createElement("canvas");
  canvas.width = cells.reduce((sum, { width }) => sum + width + gap, gap);
  canvas.height = (cells[0]?.height ?? 0) + 2 * gap;
  const brush = canvas.getContext("2d")!;
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  cells.forEach((cell, i) => brush.drawImage(cell, gap + i * (cell.width + gap), gap));
  return canvas;
}

function image(values: Float32Array, about: About, side: number): HTMLCanvasElement {
  const own = document.createElement("canvas");
  paintImage(own, values, about);
  const times = Math.max(1, Math.floor(side / Math.max(own.width, own.height)));
  const canvas = document.createElement("canvas");
  canvas.width = own.width * times;
  canvas.height = own.height * times;
  const brush = canvas.getContext("2d")!;
  brush.imageSmoothingEnabled = false;
  brush.drawImage(own, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function small(values: Float32Array, about: About): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  paintProfile(canvas, values, about, { width: 160, height: 90 });
  return canvas;
}

/** A table's row with the names and values of its columns. */
function row(values: Float32Array, about: About): HTMLCanvasElement {
  const columns = placed(about);
  const canvas = document.createElement("canvas");
  if (columns.length > NAMED) {
    paintProfile(canvas, values, about, { width: 640, height: 320 });
    return canvas;
  }
  const [width, line] = [560, 26];
  canvas.width = 2 * width;
  canvas.height = 2 * (line * columns.length + 16);
  const brush = canvas.getContext("2d")!;
  brush.scale(2, 2);
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, width, canvas.height);
  brush.font = `13px ${FONT}`;
  brush.textBaseline = "middle";
  columns.forEach((place, i) => {
    const y = 8 + line * (i + 0.5);
    brush.fillStyle = INK;
    brush.textAlign = "left";
    brush.fillText(shortened(brush, place.column.name, 170), 12, y);
    brush.textAlign = "right";
    brush.fillText(shortened(brush, reading(values, place), 130), width - 12, y);
    brush.fillStyle = FAINT;
    brush.fillRect(192, y - 1, 216, 2);
    // Names have no order, and so no place on a line.
    if (place.column.choices && place.column.choices.length > 2) return;
    brush.fillStyle = OURS;
    brush.beginPath();
    brush.arc(192 + 216 * along(values[place.at] ?? 0, place.column), y, 5, 0, 7);
    brush.fill();
  });
  return canvas;
}

function shortened(brush: CanvasRenderingContext2D, text: string, width: number): string {
  let short = text;
  while (short.length > 1 && brush.measureText(`${short}…`).width > width)
    short = short.slice(0, -1);
  return short === text ? text : `${short}…`;
}

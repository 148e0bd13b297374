/** What the page shows, as signals: whoever reads one is told when it changes. */

import { signal } from "@preact/signals";
import type { Side } from "./side";

export type { Message } from "./messages";
export { complain, message, note } from "./messages";
export type { Shown } from "./side";
export { Side } from "./side";

/** One for each run: two where runs are compared. */
export const sides: Side[] = [];

/** The run whose knobs are turned: the first. */
export let main: Side;

export function take(opened: Side[]): void {
  sides.splice(0, sides.length, ...opened);
  const [first] = opened;
  if (first) main = first;
}

/** Examples picked on the map and in journeys: for interpolation, arithmetic and export. */
export const picked = signal<number[]>([]);

/** The example under the pointer. */
export const hovered = signal<number | null>(null);

/** Which panel is open beside the picture. */
export const tab = signal("map");

/** Whether what the address says is on the page. */
export const restored = signal(false);

/** Whether whoever answers the page is still there. */
export const connected = signal(true);

/** Whether that is a server, whose address ends with it. */
export const served = signal(false);

/** Do something when whoever went away while it was done is back. */
export function whenBack(work: () => void): void {
  let first = true;
  const stop = connected.subscribe((is) => {
    // What it is now is told at once, and is no news.
    if (!first && is) {
      queueMicrotask(() => stop());
      work();
    }
    first = false;
  });
}

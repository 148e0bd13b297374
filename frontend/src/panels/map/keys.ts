/** The map from the keyboard. */

import { neighbour } from "../../maths/steps";
import { panned, reveal, zoomed, type Viewport } from "../../maths/viewport";
import type { Surface } from "./gestures";

export interface Keys {
  readonly points: Float32Array;
  visible(index: number): boolean;
  look(view: Viewport | null): void;
  /** The point from which the arrow keys go. */
  current(): number | null;
  go(index: number): void;
  pick(index: number): void;
  keep(index: number): void;
  clear(): void;
}

const DIRECTIONS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const PAN = 48;
const ZOOM = 1.4;

/** Arrows go to the next point, with Shift they move the map; + - 0 zoom; Enter shows; P picks. */
export function pressed(event: KeyboardEvent, surface: Surface, keys: Keys): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { view, size, home } = surface;
  const key = keyOf(event);
  const direction = DIRECTIONS[key];
  const zoom = (factor: number): void =>
    keys.look(zoomed(view, size, factor, size.width / 2, size.height / 2, home));
  const on = (act: (index: number) => void) => () => {
    const index = keys.current();
    if (index !== null) act(index);
  };
  const acts: Record<string, () => void> = {
    "+": () => zoom(ZOOM),
    "=": () => zoom(ZOOM),
    "-": () => zoom(1 / ZOOM),
    "0": () => keys.look(null),
    Home: () => keys.look(null),
    Enter: on(keys.pick),
    " ": on(keys.pick),
    p: on(keys.keep),
    Escape: keys.clear,
  };
  const act = direction ? () => arrow(direction, event.shiftKey, surface, keys) : acts[key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** The key, whether or not Shift or Caps Lock makes its letter a capital. */
export function keyOf({ key }: KeyboardEvent): string {
  return key.length === 1 ? key.toLowerCase() : key;
}

/** Whether somebody types: a letter then is a letter. */
export function typing({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.matches("input, select, textarea");
}

function arrow(
  [right, up]: readonly [number, number],
  shift: boolean,
  { view, size }: Surface,
  keys: Keys,
): void {
  if (shift) {
    keys.look(panned(view, -PAN * right, PAN * up));
    return;
  }
  const from = keys.current();
  if (from === null) return;
  const to = neighbour(keys.points, from, right, up, keys.visible) ?? from;
  keys.go(to);
  const seen = reveal(view, size, keys.points[2 * to]!, keys.points[2 * to + 1]!);
  if (seen !== view) keys.look(seen);
}

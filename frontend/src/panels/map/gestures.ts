/** Hands on a map: dragging, pinching, the wheel, drawing an outline, a click. */

import { panned, zoomed, type Size, type Viewport } from "../../maths/viewport";

/** What hands can do; places are CSS pixels from the upper left corner. */
export interface Surface {
  readonly view: Viewport;
  readonly home: Viewport;
  readonly size: Size;
  /** Whether dragging draws an outline rather than moving the map. */
  readonly draws: boolean;
  look(view: Viewport): void;
  hover(x: number, y: number): void;
  leave(): void;
  /** A click, or a tap: a finger cannot point first and decide then. */
  pick(x: number, y: number, tapped: boolean): void;
  /** The outline so far, flat (n, 2). */
  outline(path: readonly number[], finished: boolean): void;
}

/** A hand trembles: what moves less than this many pixels is a click. */
const STILL = 5;

interface Finger {
  x: number;
  y: number;
}

/** Listen to an element's pointers and wheel until the returned function is called. */
export function handle(element: HTMLElement, surface: () => Surface): () => void {
  const fingers = new Map<number, Finger>();
  let began: Finger | null = null;
  let moved = false;
  let path: number[] | null = null;

  const place = (event: MouseEvent): Finger => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const down = (event: PointerEvent): void => {
    if (event.button > 0) return;
    element.setPointerCapture(event.pointerId);
    const at = place(event);
    fingers.set(event.pointerId, at);
    began = at;
    // A second finger makes it a pinch, whatever the first one began.
    moved = fingers.size > 1;
    path = fingers.size === 1 && (surface().draws || event.shiftKey) ? [at.x, at.y] : null;
    if (fingers.size > 1) surface().outline([], false);
  };

  const move = (event: PointerEvent): void => {
    const at = place(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      surface().hover(at.x, at.y);
      return;
    }
    moved ||= began !== null && Math.hypot(at.x - began.x, at.y - began.y) > STILL;
    const others = [...fingers]
      .filter(([id]) => id !== event.pointerId)
      .map(([, finger]) => finger);
    fingers.set(event.pointerId, at);
    if (!moved) return;
    surface().leave();
    if (path) {
      path.push(at.x, at.y);
      surface().outline(path, false);
    } else if (others[0]) {
      pinch(surface(), others[0], before, at);
    } else {
      surface().look(panned(surface().view, at.x - before.x, at.y - before.y));
    }
  };

  const up = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    const at = place(event);
    const ended = event.type === "pointerup";
    if (path && moved) surface().outline(ended ? path : [], ended);
    else if (!moved && ended) surface().pick(at.x, at.y, event.pointerType === "touch");
    path = began = null;
  };

  // One finger may scroll the page (the element's touch-action says when); two are the map's.
  const two = (event: TouchEvent): void => {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault();
  };

  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = place(event);
    const { view, home, size } = surface();
    // Lines and pages, as some mice count, are worth more than pixels.
    const pixels = event.deltaY * ([1, 16, 100][event.deltaMode] ?? 1);
    const factor = Math.exp(-Math.max(-240, Math.min(240, pixels)) / (event.ctrlKey ? 100 : 400));
    surface().look(zoomed(view, size, factor, x, y, home));
  };

  const leave = (): void => surface().leave();
  const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };
  for (const [name, listener] of Object.entries(listeners)) {
    element.addEventListener(name, listener as EventListener);
  }
  element.addEventListener("pointerleave", leave);
  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("touchstart", two, { passive: false });
  return () => {
    for (const [name, listener] of Object.entries(listeners)) {
      element.removeEventListener(name, listener as EventListener);
    }
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("touchstart", two);
  };
}

/** One finger rests, the other moves: the map grows about their middle and goes with it. */
function pinch(
  { view, size, home, look }: Surface,
  rest: Finger,
  before: Finger,
  at: Finger,
): void {
  const factor =
    Math.hypot(at.x - rest.x, at.y - rest.y) /
    Math.max(1, Math.hypot(before.x - rest.x, before.y - rest.y));
  const shifted = panned(view, (at.x - before.x) / 2, (at.y - before.y) / 2);
  look(zoomed(shifted, size, factor, (at.x + rest.x) / 2, (at.y + rest.y) / 2, home));
}

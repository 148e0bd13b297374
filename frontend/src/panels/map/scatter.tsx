/** Many points on a canvas: seen, searched with the pointer or the keyboard, gathered in groups. */

import { effect, type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Grid } from "../../maths/grid";
import { extent, inside } from "../../maths/polygon";
import { fit, toData, toScreen, zoomed, type Size, type Viewport } from "../../maths/viewport";
import { theme } from "../../ui/theme";
import { handle, type Surface } from "./gestures";
import { type Keys, keyOf, pressed, typing } from "./keys";
import { paintDots, paintOver } from "./layers";
import type { Dots } from "./stamps";
import { Tools } from "./tools";

export type Place = readonly [number, number];

export interface ScatterProps extends Dots {
  hovered: Signal<number | null>;
  /** Points that are marked, and a place that is no point: where the knobs are. */
  shown: ReadonlySignal<number | null>;
  picks: ReadonlySignal<readonly number[]>;
  marker: ReadonlySignal<Place | null>;
  label: string;
  /** A point in a few words, for whoever hears the page. */
  describe(index: number): string;
  /** What is seen beside the point under the pointer; a card that is held stays, and can be used. */
  card(index: number, held: boolean): ComponentChildren;
  onPick(index: number): void;
  onKeep(index: number): void;
  /** The points inside a drawn outline, which may be none; null takes the group away. */
  onGroup(indices: Uint32Array | null): void;
  /** What lies on the map besides. */
  children?: ComponentChildren;
}

/** A pointer this far from a point, in CSS pixels, means that point. */
const REACH = 14;
const FINGER = 24;

/** The way from a point to its card, in CSS pixels: what lies on it does not take the card away. */
const WAY = 36;

/** A view this much closer than that of everything has more beyond its edges. */
const CLOSER = 1.02;

export function Scatter(props: ScatterProps) {
  const { points, colours, strength, rings, hovered, shown, picks, marker } = props;
  const dots = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const grid = useMemo(() => new Grid(points), [points]);
  const box = useMemo(() => extent(points), [points]);
  const size = useSignal<Size>({ width: 0, height: 0 });
  // Null is the view that shows everything, whatever size the canvas has.
  const moved = useSignal<Viewport | null>(null);
  const outline = useSignal<readonly number[]>([]);
  const drawing = useSignal(false);
  // The point whose card stays until another one is meant.
  const held = useSignal<number | null>(null);
  const said = useSignal("");
  const now = useRef(props);
  now.current = props;

  const home = (): Viewport => fit(box, size.value);
  const view = (): Viewport => moved.value ?? home();
  const visible = (index: number): boolean => now.current.strength?.[index] !== 0;
  const under = (x: number, y: number, reach = REACH): number | null => {
    const [dataX, dataY] = toData(view(), size.peek(), x, y);
    return grid.nearest(dataX, dataY, reach / view().scale, visible);
  };
  const onTheWay = (x: number, y: number): boolean => {
    const index = held.peek();
    if (index === null) return false;
    const at = toScreen(view(), size.peek(), points[2 * index]!, points[2 * index + 1]!);
    return Math.hypot(at[0] - x, at[1] - y) < WAY;
  };
  const gather = (path: readonly number[]): void => {
    const corners = Array.from({ length: path.length / 2 }, (_, i) =>
      toData(view(), size.peek(), path[2 * i]!, path[2 * i + 1]!),
    );
    const found = inside(points, corners.flat()).filter(visible);
    // Whoever caught nothing may try again at once.
    if (found.length) drawing.value = false;
    now.current.onGroup(found);
  };
  const surface = (): Surface => ({
    view: view(),
    home: home(),
    size: size.peek(),
    draws: drawing.peek(),
    look: (next) => (moved.value = next),
    hover: (x, y) => {
      if (onTheWay(x, y)) return;
      hovered.value = under(x, y);
      if (hovered.value !== null) held.value = null;
    },
    leave: () => (hovered.value = null),
    pick: (x, y, tapped) => {
      held.value = under(x, y, tapped ? FINGER : REACH);
      if (held.value !== null && !tapped) now.current.onPick(held.value);
    },
    outline: (path, finished) => {
      outline.value = finished ? [] : [...path];
      if (finished) gather(path);
    },
  });
  const keys: Keys = {
    points,
    visible,
    look: (next) => (moved.value = next),
    current: () =>
      hovered.peek() ??
      held.peek() ??
      shown.peek() ??
      grid.nearest(view().x, view().y, Infinity, visible),
    go: (index) => {
      hovered.value = index;
      said.value = now.current.describe(index);
    },
    pick: (index) => now.current.onPick(index),
    keep: (index) => now.current.onKeep(index),
    clear: () => {
      if (held.peek() === null && !drawing.peek()) now.current.onGroup(null);
      held.value = null;
      drawing.value = false;
    },
  };
  const scrolls = (): boolean => !drawing.value && view().scale <= CLOSER * home().scale;

  useLayoutEffect(() => {
    moved.value = null;
    return handle(over.current!, surface);
  }, [grid]);
  useEffect(() => {
    // A pointer gives no focus: P is meant for the point under it wherever the focus is.
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target === over.current || typing(event) || keyOf(event) !== "p") return;
      const index = hovered.peek() ?? held.peek();
      if (index !== null) now.current.onKeep(index);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [hovered]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => measure());
    const measure = (): void => {
      size.value = { width: over.current!.clientWidth, height: over.current!.clientHeight };
    };
    observer.observe(over.current!);
    measure();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    let asked = 0;
    const stop = effect(() => {
      const [seen, whole, room] = [view(), home(), size.value];
      const paint = (): void =>
        paintDots(dots.current!, { points, colours, strength, rings }, seen, room, whole.scale);
      cancelAnimationFrame(asked);
      // Several moves of a hand between two frames are one painting. A turned theme is painted too.
      asked = theme.value ? requestAnimationFrame(paint) : 0;
    });
    return () => {
      stop();
      cancelAnimationFrame(asked);
    };
  }, [points, colours, strength, rings]);
  useEffect(() => {
    const place = (index: number): Place => [points[2 * index]!, points[2 * index + 1]!];
    const at = (index: number | null): Place | null => (index === null ? null : place(index));
    return effect(() => {
      const overlay = {
        marker: marker.value,
        ring: at(hovered.value ?? held.value),
        shown: at(shown.value),
        picks: picks.value.map(place),
        outline: outline.value,
      };
      if (theme.value) paintOver(over.current!, overlay, view(), size.value);
    });
  }, [points, hovered, shown, picks, marker]);

  return (
    <div class="scatter">
      <canvas ref={dots} class="dots" aria-hidden="true" />
      <canvas
        ref={over}
        class={drawing.value ? "over draws" : scrolls() ? "over scrolls" : "over"}
        role="application"
        aria-roledescription="map"
        aria-label={props.label}
        tabIndex={0}
        onBlur={() => (hovered.value = null)}
        onKeyDown={(event) => pressed(event, surface(), keys)}
      />
      <Beside
        points={points}
        hovered={hovered}
        held={held}
        view={view}
        size={size}
        card={props.card}
      />
      <Tools
        drawing={drawing}
        zoom={(factor) => {
          const { width, height } = size.peek();
          moved.value = zoomed(view(), size.peek(), factor, width / 2, height / 2, home());
        }}
        home={() => (moved.value = null)}
      />
      {props.children}
      <p class="unseen" aria-live="polite">
        {said}
      </p>
    </div>
  );
}

interface BesideProps {
  points: Float32Array;
  hovered: Signal<number | null>;
  held: Signal<number | null>;
  view(): Viewport;
  size: Signal<Size>;
  card(index: number, held: boolean): ComponentChildren;
}

/** The card beside a point: in the quarter of the map that has the most room. */
function Beside({ points, hovered, held, view, size, card }: BesideProps) {
  const index = hovered.value ?? held.value;
  if (index === null) return null;
  const { width, height } = size.value;
  const [x, y] = toScreen(view(), size.value, points[2 * index]!, points[2 * index + 1]!);
  if (!(x >= 0 && y >= 0 && x <= width && y <= height)) return null;
  const across = x > width / 2 ? { right: `${width - x + 14}px` } : { left: `${x + 14}px` };
  const down = y > height / 2 ? { bottom: `${height - y + 14}px` } : { top: `${y + 14}px` };
  const stays = index === held.value;
  return (
    <div class={stays ? "beside held" : "beside"} style={{ ...across, ...down }}>
      {card(index, stays)}
    </div>
  );
}

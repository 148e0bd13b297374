/** Many points on a canvas: seen, searched with the pointer or the keyboard, gathered in groups. */

import { effect, type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Grid } from "../../maths/grid";
import { extent, inside } from "../../maths/polygon";
import { fit, toData, toScreen, zoomed, type Size, type Viewport } from "../../maths/viewport";
import { theme } from "../../ui/theme";
import { handle, type Surface } from "./gestures";
import { type Keys, pressed } from "./keys";
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
  /** What is seen beside the point under the pointer. */
  card(index: number): ComponentChildren;
  onPick(index: number): void;
  onKeep(index: number): void;
  /** The points inside a drawn outline; null takes the group away. */
  onGroup(indices: Uint32Array | null): void;
  /** What lies on the map besides. */
  children?: ComponentChildren;
}

/** A pointer this far from a point, in CSS pixels, means that point. */
const REACH = 14;

export function Scatter(props: ScatterProps) {
  const { points, colours, strength, hovered, shown, picks, marker } = props;
  const dots = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const grid = useMemo(() => new Grid(points), [points]);
  const box = useMemo(() => extent(points), [points]);
  const size = useSignal<Size>({ width: 0, height: 0 });
  // Null is the view that shows everything, whatever size the canvas has.
  const moved = useSignal<Viewport | null>(null);
  const outline = useSignal<readonly number[]>([]);
  const drawing = useSignal(false);
  const said = useSignal("");
  const now = useRef(props);
  now.current = props;

  const home = (): Viewport => fit(box, size.value);
  const view = (): Viewport => moved.value ?? home();
  const visible = (index: number): boolean => now.current.strength?.[index] !== 0;
  const under = (x: number, y: number): number | null => {
    const [dataX, dataY] = toData(view(), size.peek(), x, y);
    return grid.nearest(dataX, dataY, REACH / view().scale, visible);
  };
  const gather = (path: readonly number[]): void => {
    const corners = Array.from({ length: path.length / 2 }, (_, i) =>
      toData(view(), size.peek(), path[2 * i]!, path[2 * i + 1]!),
    );
    const found = inside(points, corners.flat()).filter(visible);
    drawing.value = false;
    now.current.onGroup(found.length ? found : null);
  };
  const surface = (): Surface => ({
    view: view(),
    home: home(),
    size: size.peek(),
    draws: drawing.peek(),
    look: (next) => (moved.value = next),
    hover: (x, y) => (hovered.value = under(x, y)),
    leave: () => (hovered.value = null),
    pick: (x, y) => {
      const index = under(x, y);
      if (index !== null) now.current.onPick(index);
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
      hovered.peek() ?? shown.peek() ?? grid.nearest(view().x, view().y, Infinity, visible),
    go: (index) => {
      hovered.value = index;
      said.value = now.current.describe(index);
    },
    pick: (index) => now.current.onPick(index),
    keep: (index) => now.current.onKeep(index),
    clear: () => {
      drawing.value = false;
      now.current.onGroup(null);
    },
  };

  useLayoutEffect(() => {
    moved.value = null;
    return handle(over.current!, surface);
  }, [grid]);
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
        paintDots(dots.current!, { points, colours, strength }, seen, room, whole.scale);
      cancelAnimationFrame(asked);
      // Several moves of a hand between two frames are one painting. A turned theme is painted too.
      asked = theme.value ? requestAnimationFrame(paint) : 0;
    });
    return () => {
      stop();
      cancelAnimationFrame(asked);
    };
  }, [points, colours, strength]);
  useEffect(() => {
    const place = (index: number): Place => [points[2 * index]!, points[2 * index + 1]!];
    const at = (index: number | null): Place | null => (index === null ? null : place(index));
    return effect(() => {
      const overlay = {
        marker: marker.value,
        ring: at(hovered.value),
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
        class={drawing.value ? "over draws" : "over"}
        role="application"
        aria-roledescription="map"
        aria-label={props.label}
        tabIndex={0}
        onBlur={() => (hovered.value = null)}
        onKeyDown={(event) => pressed(event, surface(), keys)}
      />
      <Beside points={points} hovered={hovered} view={view} size={size} card={props.card} />
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
  view(): Viewport;
  size: Signal<Size>;
  card(index: number): ComponentChildren;
}

/** The card beside a point: in the quarter of the map that has the most room. */
function Beside({ points, hovered, view, size, card }: BesideProps) {
  const index = hovered.value;
  if (index === null) return null;
  const { width, height } = size.value;
  const [x, y] = toScreen(view(), size.value, points[2 * index]!, points[2 * index + 1]!);
  if (!(x >= 0 && y >= 0 && x <= width && y <= height)) return null;
  const across = x > width / 2 ? { right: `${width - x + 14}px` } : { left: `${x + 14}px` };
  const down = y > height / 2 ? { bottom: `${height - y + 14}px` } : { top: `${y + 14}px` };
  return (
    <div class="beside" style={{ ...across, ...down }}>
      {card(index)}
    </div>
  );
}

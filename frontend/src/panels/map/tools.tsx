/** Buttons on the map. */

import type { Signal } from "@preact/signals";
import { Button } from "../../ui/button";

interface Props {
  /** Whether dragging draws an outline. */
  drawing: Signal<boolean>;
  zoom(factor: number): void;
  home(): void;
}

const STEP = 1.5;

export function Tools({ drawing, zoom, home }: Props) {
  return (
    <div class="map-tools" role="toolbar" aria-label="Map tools">
      <Button look="icon" label="Closer" title="Closer (+)" onPress={() => zoom(STEP)}>
        <Drawing path="M8 3.5v9M3.5 8h9" />
      </Button>
      <Button look="icon" label="Farther" title="Farther (-)" onPress={() => zoom(1 / STEP)}>
        <Drawing path="M3.5 8h9" />
      </Button>
      <Button look="icon" label="Show everything" title="Show everything (0)" onPress={home}>
        <Drawing path="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" />
      </Button>
      <Button
        look="icon"
        label="Draw around a group"
        title="Draw around a group: press this and drag, or hold Shift and drag"
        pressed={drawing.value}
        onPress={() => (drawing.value = !drawing.value)}
      >
        <Drawing
          path="M8 3c3.3 0 5.5 1.5 5.5 3.7S11.3 10.5 8 10.5 2.5 9 2.5 6.7 4.7 3 8 3zM5.5 10.4c-1 .6-1.2 2.6.5 2.6"
          dashed
        />
      </Button>
    </div>
  );
}

function Drawing({ path, dashed = false }: { path: string; dashed?: boolean }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
    >
      <path d={path} {...(dashed ? { "stroke-dasharray": "2.4 2" } : {})} />
    </svg>
  );
}

/** Too many columns for a line each: curves over them, read off with a pointer or with keys. */

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { placed, reading } from "../../paint/columns";
import { MOST, paintCurves } from "../../paint/profiles";
import type { Side } from "../../side";
import { useNow } from "../../ui/now";
import { theme } from "../../ui/theme";
import { useBox } from "./box";

/** Columns that a key goes on by. */
const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

export function Curves({ side }: { side: Side }) {
  const { about } = side;
  const columns = placed(about);
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointed = useSignal<number | null>(null);
  const box = useBox(frame);
  useNow(() => {
    const { values = null, reconstruction = null } = side.shown.value ?? {};
    const curves = { data: values, rebuilt: reconstruction, ours: side.picture.value };
    void theme.value;
    if (canvas.current && box) paintCurves(canvas.current, curves, about, box, pointed.value);
  }, [side, box]);

  const point = (event: PointerEvent): void => {
    const { left, width } = canvas.current!.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * columns.length);
    pointed.value = Math.max(0, Math.min(columns.length - 1, at));
  };
  const step = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = pointed.peek() ?? (by > 0 ? -1 : columns.length);
    pointed.value = Math.max(0, Math.min(columns.length - 1, from + by));
    event.preventDefault();
  };
  return (
    <div class="curves">
      <ReadOut side={side} at={pointed.value} />
      <div class="curves-plot">
        <span class="curves-up small muted" aria-hidden="true">
          <span>+{MOST} sd</span>
          <span>mean</span>
          <span>−{MOST} sd</span>
        </span>
        <div ref={frame} class="curves-frame" data-picture="live">
          <canvas
            ref={canvas}
            role="slider"
            aria-label="Column whose values are read out"
            aria-valuemin={1}
            aria-valuemax={columns.length}
            aria-valuenow={(pointed.value ?? 0) + 1}
            aria-valuetext={columns[pointed.value ?? 0]?.column.name}
            tabIndex={0}
            onPointerDown={point}
            onPointerMove={point}
            onPointerLeave={({ pointerType }) => {
              if (pointerType !== "touch") pointed.value = null;
            }}
            onKeyDown={step}
          />
        </div>
        <span class="curves-along small muted" aria-hidden="true">
          <span class="cut">{columns[0]?.column.name}</span>
          <span>{columns.length} columns</span>
          <span class="cut">{columns.at(-1)?.column.name}</span>
        </span>
      </div>
    </div>
  );
}

/** The key of the curves; while a column is pointed at, with its values. */
function ReadOut({ side, at }: { side: Side; at: number | null }) {
  const place = at === null ? undefined : placed(side.about)[at];
  const { values = null, reconstruction = null } = side.shown.value ?? {};
  const said = (of: Float32Array | null): string => (place && of ? reading(of, place) : "");
  return (
    <div class="curves-key small" aria-live="polite">
      <b class="cut">{place?.column.name ?? "Point at a column to read it"}</b>
      {values && <Entry who="data" name="original" said={said(values)} />}
      {reconstruction && <Entry who="rebuilt" name="reconstruction" said={said(reconstruction)} />}
      <Entry who="ours" name="knobs now" said={said(side.picture.value)} />
    </div>
  );
}

function Entry({ who, name, said }: { who: string; name: string; said: string }) {
  return (
    <span>
      <i class={`stroke ${who}`} /> <span class="muted">{name}</span>{" "}
      <span class="number" data-says={who}>
        {said}
      </span>
    </span>
  );
}

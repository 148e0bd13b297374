/** A small grey picture, drawn by hand at the model's own resolution. */

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { inked, type Stroke } from "../../maths/brush";
import type { Side } from "../../side";
import { type About, valuesOf } from "../../transport/transport";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { useLive } from "./live";
import { asCoverage, asValues, usePaper } from "./paper";
import { Sheet } from "./sheet";

/** What was drawn; it outlives the panel. */
const strokes = signal<readonly Stroke[]>([]);
const ground = signal<Float32Array | null>(null);
const radius = signal(0);
const erases = signal(false);

export function Draw({ side }: { side: Side }) {
  const { about } = side;
  const paper = usePaper(side);
  const show = useLive(side);
  const width = about.shape[2] ?? 1;
  const start = useMemo(
    () => ground.value ?? new Float32Array(valuesOf(about)),
    [about, ground.value],
  );
  const coverage = useMemo(() => inked(start, width, strokes.value), [start, width, strokes.value]);
  const values = useMemo(() => asValues(coverage, paper), [coverage, paper]);
  if (!radius.peek()) radius.value = usualRadius(about);
  const empty = !strokes.value.length && !ground.value;
  // Only what a hand has changed is shown: the panel may be opened beside another example.
  const changed = useRef(false);
  useEffect(() => {
    if (changed.current) show(values);
    changed.current = false;
  }, [values, show]);

  const from = side.shown.value;
  const draw = (next: readonly Stroke[]): void => {
    // An empty paper is no example; what was drawn on it is none any more.
    changed.current = next.length > 0 || ground.peek() !== null;
    if (!changed.current) show(null);
    strokes.value = next;
  };
  const clear = (): void => {
    ground.value = null;
    erases.value = false;
    draw([]);
  };
  return (
    <section class="stack" aria-label="Draw one">
      <Sheet
        about={about}
        values={values}
        radius={radius.value}
        erases={erases.value}
        hint={empty ? "Draw here" : ""}
        onBegin={(stroke) => draw([...strokes.peek(), stroke])}
        onGoOn={(stroke) => draw([...strokes.peek().slice(0, -1), stroke])}
      />
      <div class="row">
        <div class="segmented" role="group" aria-label="What the hand does">
          <button type="button" aria-pressed={!erases.value} onClick={() => (erases.value = false)}>
            Draw
          </button>
          <button type="button" aria-pressed={erases.value} onClick={() => (erases.value = true)}>
            Rub out
          </button>
        </div>
        <label class="label grow">
          Brush
          <input
            class="grow"
            type="range"
            min={0.4}
            max={Math.max(2, width / 8)}
            step={0.1}
            value={radius.value}
            aria-valuetext={`${(2 * radius.value).toFixed(1)} pixels wide`}
            onInput={({ currentTarget }) => (radius.value = currentTarget.valueAsNumber)}
          />
        </label>
      </div>
      <div class="row">
        <Button
          whyNot={strokes.value.length ? null : "There is no stroke to take back."}
          onPress={() => draw(strokes.peek().slice(0, -1))}
        >
          <Icon name="reset" /> Undo
        </Button>
        <Button whyNot={empty ? "The paper is empty." : null} onPress={clear}>
          <Icon name="close" /> Clear
        </Button>
        <Button
          whyNot={from ? null : "No example is shown to begin from."}
          onPress={() => {
            strokes.value = [];
            if (from) ground.value = asCoverage(from.values, paper);
          }}
        >
          Begin from the shown one
        </Button>
      </div>
      <p class="muted small">
        {about.shape[2]} × {about.shape[1]} pixels, as many as the model sees. The code follows
        every stroke. With the keyboard: arrows move the brush, Space draws, Shift and arrows draw a
        line.
      </p>
    </section>
  );
}

/** A brush about a tenth of the picture wide: that of handwritten digits. */
function usualRadius({ shape }: About): number {
  return Math.max(0.6, Math.round((10 * (shape[2] ?? 10)) / 22) / 10);
}

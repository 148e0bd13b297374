/** Codes near that of the shown example: how much room its posterior leaves. */

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { row } from "../../maths/arithmetic";
import { around } from "../../maths/random";
import type { Side } from "../../side";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Tip } from "../../ui/tip";
import { useDecoded } from "../decoding";
import { Gallery } from "../gallery";

const COUNT = 18;
const WIDEST = 4;
const width = signal(1);
const seed = signal(1);

export function Around({ side }: { side: Side }) {
  const code = side.shown.value?.code ?? null;
  const [now, wide] = [seed.value, width.value];
  // An autoencoder's code has no width of its own: that of all codes together stands in for it.
  const own = code?.sd.some((sd) => sd > 0) ?? false;
  const codes = useMemo(() => {
    if (!code) return null;
    const sd = own ? code.sd : Float32Array.from(side.about.units, (unit) => unit.sd / 4);
    return around(code.mean, sd, wide, COUNT, now);
  }, [side, code, own, wide, now]);
  const seen = useDecoded(side, codes, "around");
  if (!code) {
    return (
      <p class="empty small">
        Show an example first: step to one beside the picture, or click one on the map.
      </p>
    );
  }
  const words = own
    ? "The model is not sure of a code: it gives each example a small cloud of codes. These are draws of the shown example's cloud, made wider or narrower by the slider."
    : "This model gives each example a single code. These lie around it, at the slider's share of a quarter of how far the codes of all examples spread.";
  return (
    <section class="stack" aria-label="Around the shown example">
      <div class="row">
        <span class="label grow">
          <Tip words={words} formula="z = mean + width · sd · e,  e ~ N(0, 1)">
            Width
          </Tip>
          <input
            class="grow"
            type="range"
            min={0}
            max={WIDEST}
            step={0.1}
            value={wide}
            aria-label="Width"
            aria-valuetext={`${wide.toFixed(1)} times the width of its cloud`}
            onInput={({ currentTarget }) => (width.value = currentTarget.valueAsNumber)}
          />
          <output class="number">× {wide.toFixed(1)}</output>
        </span>
        <Button onPress={() => (seed.value += 1)}>
          <Icon name="dice" /> Draw others
        </Button>
      </div>
      <Gallery
        about={side.about}
        pictures={seen ?? Array<null>(COUNT).fill(null)}
        size={64}
        label={(i) => `Take draw ${i + 1}`}
        onTake={(i) => codes && side.setCode(row(codes, i, side.about.units.length))}
      />
      <p class="muted small">
        {own
          ? "At 1, all of these are codes that the model takes the example to have: where they look alike, what differs between them does not matter to it."
          : "The farther away, the less it is the same example."}
      </p>
    </section>
  );
}

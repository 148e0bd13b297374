/** Codes near that of the shown example: how much room its posterior leaves. */

import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { row } from "../../maths/arithmetic";
import { around } from "../../maths/random";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { connected } from "../../state";
import { given, whyNot } from "../../transport/transport";
import { atHome } from "../../turning";
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
  const drawn = own && canDraw(side);
  const draws = useDraws(side, drawn, now);
  const codes = useMemo(() => {
    if (!code || (drawn && !draws)) return null;
    const sd = own ? code.sd : Float32Array.from(side.about.units, (unit) => unit.sd / 4);
    const found = draws ? stretched(draws, wide) : around(code.mean, sd, wide, COUNT, now);
    return atHome(side.about, found);
  }, [side, code, own, drawn, draws, wide, now]);
  const seen = useDecoded(side, codes, "around");
  if (!code) {
    return (
      <p class="empty small">
        Show an example first: step to one beside the picture, or click one on the map.
      </p>
    );
  }
  const cloud = "The model is not sure of a code: it gives each example a small cloud of codes.";
  const words = drawn
    ? `${cloud} These are draws of the shown example's cloud, made wider or narrower by the slider.`
    : own
      ? `${cloud} Draws of it cannot be had here${reason(side)}: these are draws of a normal with the cloud's mean and spread, made wider or narrower by the slider.`
      : "This model gives each example a single code. These lie around it, at the slider's share of a quarter of how far the codes of all examples spread.";
  return (
    <section class="stack" aria-label="Around the shown example">
      <div class="row">
        <span class="label grow">
          <Tip
            words={words}
            formula={
              drawn
                ? "z = mean + width · (draw − mean),  draw ~ q(z|x)"
                : "z = mean + width · sd · e,  e ~ N(0, 1)"
            }
          >
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
        {drawn
          ? "At 1, all of these are codes that the model takes the example to have: where they look alike, what differs between them does not matter to it."
          : own
            ? "These are draws of a normal with the spread of the example's cloud, whose own shape may be another: where they look alike, what differs between them hardly matters to the model."
            : "The farther away, the less it is the same example."}
      </p>
    </section>
  );
}

/** Why, where that is known, as a part of a sentence. */
function reason({ about: { can } }: Side): string {
  return typeof can.around === "string" ? ` (${can.around.replace(/\.$/, "")})` : "";
}

function canDraw({ about, transport }: Side): boolean {
  return transport.around !== undefined && whyNot(about, "around") === null;
}

interface Draws {
  mean: Float32Array;
  codes: Float32Array;
}

/** Draws of the shown example's cloud, under what it was encoded with; null before the first. */
function useDraws(side: Side, can: boolean, seed: number): Draws | null {
  const [draws, setDraws] = useState<Draws | null>(null);
  const shown = side.shown.value;
  const there = connected.value;
  useEffect(() => {
    let wanted = can && there;
    if (wanted && shown?.code) {
      const { mean } = shown.code;
      side.transport
        .around?.(shown.from, COUNT, seed, given(shown.condition))
        .then((codes) => wanted && setDraws({ mean, codes }), complain);
    }
    return () => void (wanted = false);
  }, [side, can, shown?.code, seed, there]);
  return can ? draws : null;
}

/** Draws so many times as far from the mean as they are. */
function stretched({ mean, codes }: Draws, width: number): Float32Array {
  const units = mean.length;
  return codes.map((value, i) => mean[i % units]! + width * (value - mean[i % units]!));
}

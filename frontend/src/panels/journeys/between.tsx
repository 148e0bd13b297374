/** From one picked example to the next, as a film. */

import { useEffect, useMemo, useRef } from "preact/hooks";
import { along, type Way } from "../../maths/interpolation";
import type { Side } from "../../side";
import { picked } from "../../state";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Tip } from "../../ui/tip";
import { useDecoded } from "../decoding";
import { Gallery } from "../gallery";
import { letter } from "../letters";
import { way, wayOf } from "./choices";
import { goTo, looping, play, playing, position, seconds } from "./player";
import { centreOf, stopsOf } from "./stops";

/** Pictures of the whole journey. */
const FRAMES = 9;

const SPEEDS = [
  { words: "Slow", value: 4 },
  { words: "Normal", value: 2 },
  { words: "Fast", value: 0.8 },
];

export function Between({ side }: { side: Side }) {
  const stops = useMemo(() => stopsOf(side), [side, picked.value, stopsOf(side) === null]);
  const last = (stops?.length ?? 0) - 1;
  const centre = useMemo(() => centreOf(side), [side]);
  const chosen = wayOf(side.about);
  const code = (at: number): Float32Array => along(stops!, at, chosen, centre);
  const frames = useMemo(
    () =>
      stops && last > 0
        ? joined(Array.from({ length: FRAMES }, (_, i) => code((last * i) / (FRAMES - 1))))
        : null,
    [stops, chosen],
  );
  const film = useDecoded(side, frames, "film");
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (stops && position.peek() > last) position.value = Math.max(0, last);
    return () => stop.current();
  }, [stops, chosen]);
  if (last < 1) return <p class="muted small">A journey needs two picked examples or more.</p>;

  const at = Math.min(position.value, last);
  const toggle = (): void => {
    if (playing.peek()) stop.current();
    else stop.current = play(side, code, last);
  };
  const scrub = (to: number): void => {
    stop.current();
    goTo(side, code, to);
  };
  return (
    <section class="film stack" aria-label="From one to the next">
      <Gallery
        about={side.about}
        pictures={film ?? Array<null>(FRAMES).fill(null)}
        size={42}
        label={(i) => `Go to ${placeName((last * i) / (FRAMES - 1))}`}
        chosen={Math.round((at / last) * (FRAMES - 1))}
        onTake={(i) => scrub((last * i) / (FRAMES - 1))}
      />
      <div class="row">
        <Button look="first" onPress={toggle}>
          <Icon name={playing.value ? "pause" : "play"} filled /> {playing.value ? "Pause" : "Play"}
        </Button>
        <input
          class="grow"
          type="range"
          min={0}
          max={last}
          step={0.01}
          value={at}
          aria-label="Place on the journey"
          aria-valuetext={placeName(at)}
          onInput={({ currentTarget }) => scrub(currentTarget.valueAsNumber)}
        />
        <span class="small muted number place">{placeName(at)}</span>
      </div>
      <div class="row">
        <Ways chosen={chosen} />
        <div class="segmented" role="group" aria-label="Speed">
          {SPEEDS.map(({ words, value }) => (
            <button
              key={words}
              type="button"
              aria-pressed={seconds.value === value}
              onClick={() => (seconds.value = value)}
            >
              {words}
            </button>
          ))}
        </div>
        <label class="label">
          <input
            type="checkbox"
            checked={looping.value}
            onChange={({ currentTarget }) => (looping.value = currentTarget.checked)}
          />
          Again and again
        </label>
      </div>
    </section>
  );
}

const WAYS: { value: Way; title: string; words: string; formula: string }[] = [
  {
    value: "straight",
    title: "Straight",
    words: "Every knob goes evenly from one value to the next.",
    formula: "z(t) = (1 − t) a + t b",
  },
  {
    value: "spherical",
    title: "Spherical",
    words:
      "Around the prior's mean c: the angle and the distance from it change evenly, so that the way does not cut through the middle, where the prior has few codes. u = a − c, v = b − c, ω the angle between them.",
    formula: "z(t) = c + ((1 − t)|u| + t|v|) · (sin((1 − t)ω) u/|u| + sin(tω) v/|v|) / sin ω",
  },
];

function Ways({ chosen }: { chosen: Way }) {
  const now = WAYS.find(({ value }) => value === chosen)!;
  return (
    <span class="row tight">
      <span class="segmented" role="group" aria-label="Way">
        {WAYS.map(({ value, title, words }) => (
          <button
            key={value}
            type="button"
            title={words}
            aria-pressed={chosen === value}
            onClick={() => (way.value = value)}
          >
            {title}
          </button>
        ))}
      </span>
      <Tip words={now.words} formula={now.formula}>
        <span class="small muted">what this is</span>
      </Tip>
    </span>
  );
}

/** 'A', or 'A to B, 40 %'. */
function placeName(at: number): string {
  const leg = Math.floor(at + 1e-9);
  const share = Math.round(100 * (at - leg));
  return share === 0
    ? letter(leg)
    : share === 100
      ? letter(leg + 1)
      : `${letter(leg)} to ${letter(leg + 1)}, ${share} %`;
}

function joined(codes: Float32Array[]): Float32Array {
  const width = codes[0]?.length ?? 0;
  const all = new Float32Array(codes.length * width);
  codes.forEach((code, i) => all.set(code, i * width));
  return all;
}

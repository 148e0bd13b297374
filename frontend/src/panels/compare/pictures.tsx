/** The example, what each run makes of it, what each gets wrong, and what their knobs make now. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { difference, gradient, largest, paintDifference } from "../../paint/difference";
import { place } from "../../paint/example";
import { written } from "../../paint/columns";
import { Thumb } from "../../paint/thumb";
import type { Side } from "../../side";
import { theme } from "../../ui/theme";
import { Tip } from "../../ui/tip";

type Two<Of> = readonly [Of, Of];

const SIZE = 104;

export function Pictures({ sides, names }: { sides: Two<Side>; names: Two<string> }) {
  const limit = Math.max(...sides.map(most));
  return (
    <div class="two" style={{ gridTemplateColumns: `repeat(${HEADS.length}, auto)` }}>
      {HEADS.map(({ name, words, formula, images }) => (
        <div class="small muted" key={name}>
          <Tip
            words={images ? `${words} One scale for both, up to ${written(limit)}.` : words}
            formula={formula}
          >
            {name}
          </Tip>
          {images && <i class="scale" style={{ background: gradient(theme.value === "dark") }} />}
        </div>
      ))}
      {sides.map((side, i) => (
        <Run key={i} side={side} name={names[i]!} limit={limit} place={i} />
      ))}
    </div>
  );
}

const HEADS = [
  {
    name: "Example",
    words: "The example after the preparation that the run was trained with.",
    formula: undefined,
    images: false,
  },
  {
    name: "Reconstruction",
    words: "What the run makes of the example's own code.",
    formula: "mean of p(x|z) at z = mean of q(z|x)",
    images: false,
  },
  {
    name: "Difference",
    words: "Where the reconstruction is brighter than the example (red), where darker (blue).",
    formula: "reconstruction − example",
    images: true,
  },
  {
    name: "Its knobs now",
    words: "What the run makes of where its knobs are now.",
    formula: undefined,
    images: false,
  },
];

interface RunProps {
  side: Side;
  name: string;
  /** The difference at which colours are full. */
  limit: number;
  place: number;
}

function Run({ side, name, limit, place }: RunProps) {
  const { about } = side;
  const { values = null, reconstruction = null } = side.shown.value ?? {};
  return (
    <>
      <h3 class="cut">
        <Tip words={about.model} formula={about.formula}>
          {name}
        </Tip>
      </h3>
      <div class="run" data-run={place}>
        <Thumb values={values} about={about} size={SIZE} label={`Example as ${name} sees it`} />
        <Thumb
          values={reconstruction}
          about={about}
          size={SIZE}
          label={`Reconstruction by ${name}`}
        />
        <Differing side={side} limit={limit} />
        <Thumb
          values={side.picture.value}
          about={about}
          size={SIZE}
          label={`What the knobs of ${name} make`}
        />
      </div>
    </>
  );
}

/** The largest difference of a run's reconstruction. */
function most({ about, shown }: Side): number {
  const { values, reconstruction } = shown.value ?? {};
  return values && reconstruction
    ? largest(difference(reconstruction, values, about), about)
    : 0;
}

function Differing({ side, limit }: { side: Side; limit: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { values, reconstruction } = side.shown.value ?? {};
  const dark = theme.value === "dark";
  useLayoutEffect(() => {
    if (!canvas.current || !values || !reconstruction) return;
    place(canvas.current, side.about, { width: SIZE, height: SIZE });
    paintDifference(
      canvas.current,
      difference(reconstruction, values, side.about),
      limit,
      side.about,
      dark,
    );
  }, [values, reconstruction, limit, dark]);
  return (
    <span
      class={reconstruction ? "thumb" : "thumb skeleton"}
      style={{ width: `${SIZE}px`, height: `${SIZE}px` }}
    >
      <canvas ref={canvas} hidden={!reconstruction} role="img" aria-label="Difference" />
    </span>
  );
}

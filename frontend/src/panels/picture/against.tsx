/** An example beside its reconstruction and their difference, at equal size. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { difference, gradient, largest, paintDifference } from "../../paint/difference";
import { paintExample, place } from "../../paint/example";
import { written } from "../../paint/columns";
import type { Shown, Side } from "../../side";
import type { About } from "../../transport/transport";
import { theme } from "../../ui/theme";
import { Tip } from "../../ui/tip";
import { useBox, type Box } from "./box";

export function Against({ side, shown }: { side: Side; shown: Shown }) {
  const { about } = side;
  const first = useRef<HTMLDivElement>(null);
  const box = useBox(first);
  const { values, reconstruction } = shown;
  const own = shown.origin === "own" ? "Your example" : "Original";
  return (
    <div class="against">
      <figure>
        <div class={about.shape[0] === 4 ? "against-box see-through" : "against-box"} ref={first}>
          <Still values={values} about={about} box={box} label={own} />
        </div>
        <figcaption>
          <Tip words="The example as the model sees it, after the same preparation as in training.">
            {own}
          </Tip>
        </figcaption>
      </figure>
      <figure>
        <div class={about.shape[0] === 4 ? "against-box see-through" : "against-box"}>
          <Still values={reconstruction} about={about} box={box} label="Reconstruction" />
        </div>
        <figcaption>
          <Tip
            words="What the model makes of the example's own code. It stays as it is while you turn the knobs."
            formula="mean of p(x|z) at z = mean of q(z|x)"
          >
            Reconstruction
          </Tip>
        </figcaption>
      </figure>
      <figure>
        <div class="against-box">
          <Difference shown={shown} about={about} box={box} />
        </div>
        <Legend shown={shown} about={about} />
      </figure>
    </div>
  );
}

function Still(props: {
  values: Float32Array | null;
  about: About;
  box: Box | null;
  label: string;
}) {
  const { values, about, box, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (!canvas.current || !values || !box) return;
    place(canvas.current, about, box);
    paintExample(canvas.current, values, about);
  }, [values, about, box]);
  return <canvas ref={canvas} role="img" aria-label={label} data-picture={label.toLowerCase()} />;
}

function Difference({ shown, about, box }: { shown: Shown; about: About; box: Box | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = theme.value === "dark";
  useLayoutEffect(() => {
    if (!canvas.current || !shown.reconstruction || !box) return;
    const values = difference(shown.reconstruction, shown.values, about);
    place(canvas.current, about, box);
    paintDifference(canvas.current, values, largest(values, about), about, dark);
  }, [shown.reconstruction, shown.values, about, box, dark]);
  return <canvas ref={canvas} role="img" aria-label="Difference" data-picture="difference" />;
}

function Legend({ shown, about }: { shown: Shown; about: About }) {
  const limit = shown.reconstruction
    ? largest(difference(shown.reconstruction, shown.values, about), about)
    : null;
  const number = limit === null ? "" : written(limit);
  return (
    <figcaption>
      <Tip
        words="Where the reconstruction is brighter than the original (red) and where it is darker (blue), in the data's units; the average over the channels."
        formula="reconstruction − original"
      >
        Difference
      </Tip>
      <span class="legend small muted number" aria-hidden="true">
        −{number}
        <i style={{ background: gradient(theme.value === "dark") }} />+{number}
      </span>
    </figcaption>
  );
}

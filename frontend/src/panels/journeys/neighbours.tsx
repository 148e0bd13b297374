/** Which examples of the data look most like the current picture. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { complain } from "../../messages";
import { written } from "../../paint/columns";
import type { Side } from "../../side";
import { hovered } from "../../state";
import { Latest } from "../../transport/latest";
import { whyNot, type Neighbour } from "../../transport/transport";
import { Tip } from "../../ui/tip";
import { exampleOf } from "../examples";
import { Gallery } from "../gallery";
import { take } from "../taking";

const COUNT = 12;

/** Milliseconds that the picture rests before its neighbours are looked for. */
const REST = 250;

export function Neighbours({ side }: { side: Side }) {
  const why = whyNot(side.about, "nearest");
  const found = useNearest(side, why === null);
  if (why) return <p class="empty small">{why}</p>;
  return (
    <section
      class="stack"
      aria-label="Nearest examples"
      onPointerLeave={() => (hovered.value = null)}
    >
      <p class="muted small">
        <Tip
          words="The distance of an example from the picture that the knobs make now, over all values, after the same preparation as in training."
          formula="√ Σ (x − x′)²"
        >
          The examples nearest to the current picture
        </Tip>
        , nearest first. They follow the knobs. Press one to show it.
      </p>
      <Gallery
        about={side.about}
        pictures={
          found?.map(({ index }) => exampleOf(side, index).value) ?? Array<null>(COUNT).fill(null)
        }
        size={64}
        label={(i) => (found ? `Show example ${found[i]!.index + 1}` : "Looking for it")}
        under={(i) => (found ? written(found[i]!.distance) : " ")}
        onTake={(i) => found && take(side, found[i]!.index)}
      />
    </section>
  );
}

function useNearest(side: Side, can: boolean): Neighbour[] | null {
  const [found, setFound] = useState<Neighbour[] | null>(null);
  const picture = side.picture.value;
  const latest = useMemo(
    () =>
      new Latest<Float32Array, Neighbour[]>(
        (x) => side.transport.nearest(x, COUNT),
        setFound,
        complain,
      ),
    [side],
  );
  useEffect(() => {
    if (!can || !picture) return;
    const timer = setTimeout(() => latest.send(picture), found ? REST : 0);
    return () => clearTimeout(timer);
  }, [latest, picture, can]);
  return found;
}

/** Codes drawn from the prior: what the model makes up. */

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { connected } from "../../state";
import { whyNot } from "../../transport/transport";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Tip } from "../../ui/tip";
import { useDecoded } from "../decoding";
import { Gallery } from "../gallery";
import { row } from "../../maths/arithmetic";

const COUNT = 24;

/** Which draws are shown: the same seed gives the same ones again. */
const seed = signal(1);

export function Prior({ side }: { side: Side }) {
  const why = whyNot(side.about, "sample");
  const codes = useDraws(side, why === null);
  const seen = useDecoded(side, codes, "prior");
  if (why) return <p class="empty small">{why}</p>;
  return (
    <section class="stack" aria-label="Made up by the model">
      <div class="row">
        <p class="muted small grow">
          <Tip
            words="Codes are drawn from the prior, the model's own idea of codes before it has seen an example, and decoded."
            formula="z ~ p(z), then the mean of p(x|z)"
          >
            No example is behind these.
          </Tip>{" "}
          Press one to set the knobs to its code.
        </p>
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
    </section>
  );
}

function useDraws(side: Side, can: boolean): Float32Array | null {
  const [codes, setCodes] = useState<Float32Array | null>(null);
  const [now, condition, there] = [seed.value, side.condition.value, connected.value];
  useEffect(() => {
    let wanted = can && there;
    if (wanted)
      side.transport.sample(COUNT, now, side.given).then((z) => wanted && setCodes(z), complain);
    return () => void (wanted = false);
  }, [side, can, now, condition, there]);
  return codes;
}

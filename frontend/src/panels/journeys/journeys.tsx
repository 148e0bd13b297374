/** Ways through the latent space: between examples, by arithmetic, from the prior, near and far. */

import type { ComponentType } from "preact";
import type { Side } from "../../side";
import { Around } from "./around";
import { Arithmetic } from "./arithmetic";
import { Basket } from "./basket";
import { Between } from "./between";
import { kind, type Kind } from "./choices";
import { Neighbours } from "./neighbours";
import { Prior } from "./prior";
import "./journeys.css";

interface Way {
  key: Kind;
  title: string;
  Of: ComponentType<{ side: Side }>;
  /** Whether it begins from the picked examples. */
  picks: boolean;
}

const WAYS: Way[] = [
  { key: "between", title: "Between", Of: Between, picks: true },
  { key: "arithmetic", title: "Arithmetic", Of: Arithmetic, picks: true },
  { key: "prior", title: "Made up", Of: Prior, picks: false },
  { key: "around", title: "Around", Of: Around, picks: false },
  { key: "neighbours", title: "Nearest", Of: Neighbours, picks: false },
];

export function JourneysPanel({ side }: { side: Side }) {
  const open = WAYS.find(({ key }) => key === kind.value) ?? WAYS[0]!;
  return (
    <section class="journeys stack" aria-label="Journeys">
      <div class="segmented ways" role="group" aria-label="Kinds of journeys">
        {WAYS.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === open.key}
            onClick={() => (kind.value = key)}
          >
            {title}
          </button>
        ))}
      </div>
      {open.picks && <Basket side={side} />}
      <open.Of side={side} />
    </section>
  );
}

/** How probable the model finds each choice of a table: at the knobs, and at the example's code. */

import { effect, signal } from "@preact/signals";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { Latest } from "../../transport/latest";
import type { How } from "../../transport/transport";

interface Asked {
  z: Float32Array;
  how: How;
}

export class Likely {
  /** Null where the model cannot say, or has not said yet. */
  readonly now = signal<Float32Array | null>(null);
  readonly rebuilt = signal<Float32Array | null>(null);

  constructor(side: Side) {
    const { transport, about } = side;
    const ask = transport.chances?.bind(transport);
    if (!ask || about.can.chances !== true) return;
    const into = (chances: typeof this.now, channel: string): Latest<Asked, Float32Array> =>
      new Latest(
        ({ z, how }) => ask(z, { ...how, channel }),
        (found) => (chances.value = found),
        complain,
      );
    const [now, rebuilt] = [into(this.now, "chances"), into(this.rebuilt, "chances rebuilt")];
    effect(() => {
      void side.condition.value;
      if (side.z.value.length) now.send({ z: side.z.value, how: side.given });
    });
    effect(() => {
      const z = side.shown.value?.code?.mean;
      if (z) rebuilt.send({ z, how: side.given });
      else this.rebuilt.value = null;
    });
  }
}

const known = new WeakMap<Side, Likely>();

export function likelyOf(side: Side): Likely {
  const likely = known.get(side) ?? new Likely(side);
  known.set(side, likely);
  return likely;
}

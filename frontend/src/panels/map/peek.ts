/** What an example looks like and how the model decodes it, for the card beside the pointer. */

import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { row } from "../../maths/arithmetic";
import type { Side } from "../../side";
import { complain } from "../../messages";
import { Latest } from "../../transport/latest";
import { part } from "../parts";
import { Recent } from "../recent";

export interface Look {
  /** Null where the page does not hold this example's values. */
  readonly example: Float32Array | null;
  readonly decode: Float32Array | null;
}

/** How many looks are remembered. */
const MEMORY = 500;

/** Milliseconds that a pointer rests before anything is asked for. */
const REST = 35;

export class Peek {
  private readonly known = new Recent<Signal<Look | null>>(MEMORY, () => signal(null));
  private readonly asks: Latest<number, Look>;
  private timer = 0;

  constructor(private readonly side: Side) {
    this.asks = new Latest(
      (index) => this.ask(index),
      (look, index) => (this.known.get(index).value = look),
      complain,
    );
  }

  /** The look of an example: null until it is there. Asked for when nothing newer is asked for. */
  look(index: number): ReadonlySignal<Look | null> {
    const found = this.known.get(index);
    window.clearTimeout(this.timer);
    if (!found.peek()) this.timer = window.setTimeout(() => this.asks.send(index), REST);
    return found;
  }

  private async ask(index: number): Promise<Look> {
    const { transport, about } = this.side;
    const codes = part(this.side, "codes").peek();
    const z = codes && row(codes, index, about.units.length);
    const [example, decode] = await Promise.all([
      index < about.held ? transport.examples([index]) : null,
      z && transport.decode(z, { ...this.side.givenFor(index), channel: "peek" }),
    ]);
    return { example, decode };
  }
}

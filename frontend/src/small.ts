/** What an address holds only where it is small enough: squeezed whenever it changes. */

import { effect, signal } from "@preact/signals";
import { squeezed } from "./packing";

/** Bytes at most. */
const MOST = 4096;

export class Small {
  /** The letters of what there was last; null where it is too much. */
  private readonly made = signal<{ text: string | null } | null>(null);
  private last: Promise<void> = Promise.resolve();
  private turn = 0;

  constructor(private readonly now: () => Float32Array | null) {}

  /** From now on follow what it is. */
  watch(): void {
    effect(() => {
      const values = this.now();
      const turn = ++this.turn;
      if (!values) this.made.value = null;
      else this.last = this.squeeze(values, turn);
    });
  }

  /** In letters; null where there is nothing, nothing yet, or too much. */
  letters(): string | null {
    return this.made.value?.text ?? null;
  }

  /** Whether there is too much for an address. */
  left(): boolean {
    return this.made.peek()?.text === null;
  }

  /** Resolve when what it is now is known in letters. */
  settled(): Promise<void> {
    return this.last;
  }

  private async squeeze(values: Float32Array, turn: number): Promise<void> {
    const text = await squeezed(values, MOST).catch(() => null);
    if (turn === this.turn) this.made.value = { text };
  }
}

/** What examples of the data look like, for small pictures: asked for together, remembered. */

import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { row } from "../maths/arithmetic";
import { complain } from "../messages";
import type { Side } from "../side";
import { whenBack } from "../state";
import { valuesOf } from "../transport/transport";
import { whole } from "./parts";
import { Recent } from "./recent";

type Values = Signal<Float32Array | null>;

/** Numbers that the remembered examples may hold together. */
const MEMORY = 2 ** 22;

class Album {
  private wanted: number[] = [];
  private readonly known: Recent<Values>;

  constructor(private readonly side: Side) {
    const limit = Math.max(64, Math.floor(MEMORY / valuesOf(side.about)));
    this.known = new Recent(limit, (index) => this.ask(index));
  }

  of(index: number): ReadonlySignal<Float32Array | null> {
    return this.known.get(index);
  }

  private ask(index: number): Values {
    const fresh: Values = signal(null);
    this.wanted.push(index);
    if (this.wanted.length === 1) this.soon();
    return fresh;
  }

  /** Ask for what is wanted; when the server was lost meanwhile, again when it is back. */
  private soon(): void {
    queueMicrotask(() => {
      const indices = this.wanted;
      this.wanted = [];
      this.fetch(indices).catch((error: unknown) => {
        complain(error);
        whenBack(() => {
          this.wanted.push(...indices);
          this.soon();
        });
      });
    });
  }

  private async fetch(indices: number[]): Promise<void> {
    const { about, transport } = this.side;
    const held = indices.filter((index) => index < about.held);
    const values = held.length ? await transport.examples(held) : new Float32Array();
    held.forEach((index, i) => (this.known.get(index).value = row(values, i, valuesOf(about))));
    for (const index of indices) if (index >= about.held) await this.decode(index);
  }

  /** Of an example that the page does not hold, what its code decodes to. */
  private async decode(index: number): Promise<void> {
    const { about, transport } = this.side;
    if (!about.parts.codes) return;
    const z = row(await whole(this.side, "codes"), index, about.units.length);
    this.known.get(index).value = await transport.decode(z, this.side.givenFor(index));
  }
}

const albums = new WeakMap<Side, Album>();

/** The values of an example as the model sees it: null until they are there. */
export function exampleOf(side: Side, index: number): ReadonlySignal<Float32Array | null> {
  const album = albums.get(side) ?? new Album(side);
  albums.set(side, album);
  return album.of(index);
}

/** The larger arrays of a run, asked for once. */

import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Side } from "../side";
import { complain } from "../messages";
import { whenBack } from "../state";

const kept = new WeakMap<Side, Map<string, Signal<Float32Array | null>>>();

/** A part by its name: null until it is there, and for good where the run has none of that name. */
export function part(side: Side, name: string): ReadonlySignal<Float32Array | null> {
  const parts = kept.get(side) ?? new Map<string, Signal<Float32Array | null>>();
  kept.set(side, parts);
  const known = parts.get(name);
  if (known) return known;
  const fresh = signal<Float32Array | null>(null);
  parts.set(name, fresh);
  if (side.about.parts[name]) ask(side, name, fresh);
  return fresh;
}

/** Ask for a part; when the server was lost meanwhile, again when it is back. */
function ask(side: Side, name: string, fresh: Signal<Float32Array | null>): void {
  side.transport.part(name).then(
    (values) => (fresh.value = values),
    (error: unknown) => {
      complain(error);
      whenBack(() => ask(side, name, fresh));
    },
  );
}

/** The same, when it is there; not where the run has none of that name. */
export function whole(side: Side, name: string): Promise<Float32Array> {
  const found = part(side, name);
  return new Promise((resolve) => {
    const stop = found.subscribe((values) => {
      if (!values) return;
      queueMicrotask(() => stop());
      resolve(values);
    });
  });
}

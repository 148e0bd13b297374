/** The larger arrays of a run, asked for once. */

import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Side } from "../side";
import { complain } from "../messages";

const kept = new WeakMap<Side, Map<string, Signal<Float32Array | null>>>();

/** A part by its name: null until it is there, and for good where the run has none of that name. */
export function part(side: Side, name: string): ReadonlySignal<Float32Array | null> {
  const parts = kept.get(side) ?? new Map<string, Signal<Float32Array | null>>();
  kept.set(side, parts);
  const known = parts.get(name);
  if (known) return known;
  const fresh = signal<Float32Array | null>(null);
  parts.set(name, fresh);
  if (side.about.parts[name])
    side.transport.part(name).then((values) => (fresh.value = values), complain);
  return fresh;
}

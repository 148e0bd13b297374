/** Where the knobs are on the map. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { Side } from "../../side";
import type { Place } from "./scatter";

/**
 * Follow the code over the map. A map that is not linear in the codes has no place for every code:
 * there the marker lies on the shown example while the knobs are at its code.
 */
export function markerOf(
  side: Side,
  place: (z: Float32Array) => Place | null,
  points: Float32Array | null,
): ReadonlySignal<Place | null> {
  return computed(() => {
    const z = side.z.value;
    if (!z.length) return null;
    const found = place(z);
    if (found || !points) return found;
    const { index, code } = side.shown.value ?? {};
    const at = typeof index === "number" && code?.mean.every((value, unit) => value === z[unit]);
    return at ? [points[2 * index]!, points[2 * index + 1]!] : null;
  });
}

/** Where examples lie on the map, and where a code lies among them. */

import { leastSquares, project } from "../../maths/projection";
import { uniform } from "../../maths/random";
import type { Side } from "../../side";
import type { Place } from "./scatter";

export interface Layout {
  /** A part of the run, or "units" for two units. */
  readonly name: string;
  readonly title: string;
  readonly help: string;
}

const UNITS: Layout = {
  name: "units",
  title: "Two units",
  help: "Each example lies where the means of its two chosen units are.",
};

/** What there is to choose from: two units, and the maps that the run brings. */
export function layoutsOf({ parts, units }: Side["about"]): Layout[] {
  const maps = Object.entries(parts).filter(
    ([name, { shape }]) => name.startsWith("map/") && shape[1] === 2,
  );
  const found = maps.map(([name, { title, help }]) => ({ name, title, help: help ?? "" }));
  return units.length > 2 || !found.length ? [...found, UNITS] : [UNITS, ...found];
}

/** Two columns of the codes, flat (n, 2). A single unit gets a height by chance, to see how many there are. */
export function twoUnits(
  codes: Float32Array,
  units: number,
  across: number,
  up: number,
): Float32Array {
  const next = uniform(0);
  const height = Math.max(...codes.subarray(0, 1000).map(Math.abs)) || 1;
  return Float32Array.from({ length: (2 * codes.length) / units }, (_, i) => {
    const row = (i >> 1) * units;
    if (i % 2 === 0) return codes[row + across]!;
    return across === up ? height * (next() - 0.5) : codes[row + up]!;
  });
}

/** Where any code lies on the map, or null where the map cannot say (it is not linear in the codes). */
export function placing(
  layout: string,
  codes: Float32Array,
  points: Float32Array,
  units: number,
  [across, up]: readonly [number, number],
): (z: Float32Array) => Place | null {
  if (layout === "units") return (z) => [z[across]!, across === up ? 0 : z[up]!];
  if (layout !== "map/pca") return () => null;
  const linear = leastSquares(codes, points, units);
  return (z) => project(linear, z);
}

/** The picked examples and their codes as a table. */

import { row } from "../../maths/arithmetic";
import { placed, reading, type Placed } from "../../paint/columns";
import type { Side } from "../../side";
import { valuesOf, whyNot } from "../../transport/transport";
import { apart } from "../knobs/strips";
import { whole } from "../parts";
import { csv, type Cell } from "./csv";
import { portions } from "./portions";

/** Examples that are encoded anew; the codes of more are those of the map, to three digits at least. */
const ANEW = 512;

/**
 * A line for each example: its number on the page, its row in the data, its label, its code, and
 * for tables its values.
 *
 * The codes are the means of q(z|x). A page that is a file does not hold the values of all of its
 * examples; it says so in their place.
 */
export async function pickedTable(side: Side, indices: number[]): Promise<string> {
  const { about } = side;
  const columns = placed(about);
  const positions = about.parts.position ? await whole(side, "position") : null;
  const head: Cell[] = [
    "example",
    ...(positions ? ["row of the data, from 0"] : []),
    ...(about.labels ? [about.labels.name] : []),
    ...about.units.map((_, unit) => `code: ${side.nameOf(unit)}`),
    ...columns.map(({ column }) => column.name),
  ];
  const anew = indices.length <= ANEW && !whyNot(about, "encode");
  const rows: Cell[][] = [head];
  for (const some of portions(indices, valuesOf(about))) {
    // Pictures are not in the table themselves.
    const examples: ReadonlyMap<number, Float32Array> =
      anew || columns.length ? await examplesOf(side, some) : new Map();
    for (const index of some) {
      const values = examples.get(index) ?? null;
      rows.push([
        index + 1,
        ...(positions ? [positions[index] ?? null] : []),
        ...(about.labels ? [side.labelOf(index)] : []),
        ...(await codeOf(side, index, anew ? values : null)),
        ...columns.map((place) => (values ? cellOf(values, place) : "not held by this file")),
      ]);
    }
  }
  return csv(rows);
}

/** The values of those that the page can ask for, by their numbers. */
async function examplesOf(
  { about, transport }: Side,
  indices: number[],
): Promise<Map<number, Float32Array>> {
  const held = indices.filter((index) => index < about.held);
  const values = held.length ? await transport.examples(held) : new Float32Array();
  return new Map(apart(values, valuesOf(about)).map((each, i) => [held[i]!, each]));
}

async function codeOf(side: Side, index: number, values: Float32Array | null): Promise<Cell[]> {
  const { about, transport } = side;
  if (values) return [...(await transport.encode(values, side.givenFor(index))).mean];
  if (!about.parts.codes) return about.units.map(() => null);
  return [...row(await whole(side, "codes"), index, about.units.length)];
}

function cellOf(values: Float32Array, place: Placed): Cell {
  return place.column.choices ? reading(values, place) : (values[place.at] ?? null);
}

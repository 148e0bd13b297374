/** The picked examples and their codes as a table. */

import { placed, reading } from "../../paint/columns";
import type { Side } from "../../side";
import { valuesOf, whyNot } from "../../transport/transport";
import { apart } from "../knobs/strips";
import { csv, type Cell } from "./csv";

/**
 * A line for each example: its number on the page, its row in the data, its label, its code, and
 * for tables its values.
 *
 * The codes are the means of q(z|x), made anew, so that they are those of the page's model.
 */
export async function pickedTable(side: Side, indices: number[]): Promise<string> {
  const { about } = side;
  const held = indices.filter((index) => index < about.held);
  const examples = apart(await side.transport.examples(held), valuesOf(about));
  const columns = placed(about);
  const positions = about.parts.position ? await side.transport.part("position") : null;
  const head: Cell[] = [
    "example",
    ...(positions ? ["row of the data, from 0"] : []),
    ...(about.labels ? [about.labels.name] : []),
    ...about.units.map((_, unit) => `code: ${side.nameOf(unit)}`),
    ...columns.map(({ column }) => column.name),
  ];
  const rows: Cell[][] = [head];
  for (const [i, values] of examples.entries()) {
    const index = held[i]!;
    const code = whyNot(about, "encode")
      ? about.units.map(() => null)
      : [...(await side.transport.encode(values, side.givenFor(index))).mean];
    rows.push([
      index + 1,
      ...(positions ? [positions[index] ?? null] : []),
      ...(about.labels ? [side.labelOf(index)] : []),
      ...code,
      ...columns.map((place) =>
        place.column.choices ? reading(values, place) : (values[place.at] ?? null),
      ),
    ]);
  }
  return csv(rows);
}

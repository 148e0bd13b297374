/** The lines in which a row of a table is written: one for each column, and for each choice. */

import { along, percent, placed, reading, signed, written, type Placed } from "../../paint/columns";
import type { About } from "../../transport/transport";

export interface Line {
  readonly place: Placed;
  /** Which of the column's choices it is about; null for the column itself. */
  readonly choice: number | null;
}

/** What one version of a row says in a line, and where that lies on the line's rail, 0..1. */
export interface Said {
  readonly text: string;
  readonly at: number | null;
}

/** One version of a row: its values, and the probabilities of all choices where they are known. */
export interface Version {
  readonly values: ArrayLike<number>;
  readonly chances: ArrayLike<number> | null;
}

/** A column with more choices than these keeps them folded. */
export const UNFOLDED = 6;

/** The lines of a table; of the columns in `turned` the choices are folded where they were not. */
export function linesOf(about: About, chances: boolean, turned: ReadonlySet<number>): Line[] {
  return placed(about).flatMap((place) => {
    const choices = manyOf(place);
    const open = chances && choices > 0 && choices <= UNFOLDED !== turned.has(place.at);
    const each = Array.from({ length: open ? choices : 0 }, (_, choice) => ({ place, choice }));
    return [{ place, choice: null }, ...each];
  });
}

/** How many choices a column has that need a line each: of two, one says it all. */
export function manyOf({ column }: Placed): number {
  const count = column.choices?.length ?? 0;
  return count > 2 ? count : 0;
}

export function says({ place, choice }: Line, { values, chances }: Version): Said {
  const { column, at, first } = place;
  const value = values[at] ?? NaN;
  if (first === null) return { text: written(value, column.sd), at: along(value, column) };
  const chance = (i: number): number => chances?.[first + i] ?? NaN;
  if (choice !== null) {
    // Until it is known, it is not said.
    return chances ? { text: percent(chance(choice)), at: chance(choice) } : { text: "–", at: null };
  }
  const name = reading(values, place);
  const two = column.choices?.length === 2;
  if (!chances) return { text: name, at: two ? value : null };
  const own = chance(Math.round(value));
  return { text: own > 0.995 ? name : `${name} ${percent(own)}`, at: two ? chance(1) : null };
}

/** The reconstruction less the original: in the column's units, or as a probability. */
export function apart(line: Line, original: Version, rebuilt: Version): string {
  const { column, at, first } = line.place;
  if (first === null) {
    return signed(written((rebuilt.values[at] ?? NaN) - (original.values[at] ?? NaN), column.sd));
  }
  const [from, to] = [says(line, original).at, says(line, rebuilt).at];
  if (from !== null && to !== null && rebuilt.chances) {
    return signed(`${Math.round(100 * (to - from))} %`);
  }
  return Math.round(rebuilt.values[at] ?? NaN) === Math.round(original.values[at] ?? NaN)
    ? "same"
    : "other";
}

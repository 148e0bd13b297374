/** What turning a knob does to the columns of a table, in words. */

import { placed, reading, standard } from "../../paint/columns";
import type { About } from "../../transport/transport";

/** Columns that are named. */
const MOST = 3;

/** Standard deviations, or probability, below which a change is not worth a word. */
const LEAST = 0.15;

/** The same for the largest change: below it, the whole strip looks alike. */
const HARDLY = 0.3;

interface Change {
  words: string;
  by: number;
}

/** The two ends of a strip: an example each, and the choices' probabilities where they are known. */
export interface Ends {
  readonly values: readonly [ArrayLike<number>, ArrayLike<number>];
  readonly chances: readonly [ArrayLike<number>, ArrayLike<number>] | null;
}

/** For instance 'more alcohol, less hue, more red (colour)': from the left end to the right. */
export function effects({ values: [from, to], chances }: Ends, about: About): string {
  const changes = placed(about).flatMap((place): Change[] => {
    const { column, at, first } = place;
    if (first === null) {
      const by = standard(to[at] ?? 0, column) - standard(from[at] ?? 0, column);
      return [{ words: `${by > 0 ? "more" : "less"} ${column.name}`, by: Math.abs(by) }];
    }
    if (!chances) {
      const [before, after] = [reading(from, place), reading(to, place)];
      return before === after
        ? []
        : [{ words: `${column.name} from ${before} to ${after}`, by: 1 }];
    }
    return column.choices!.map((choice, i) => {
      // Of choices only what becomes likelier is said: the rest becomes unlikelier with it.
      const by = (chances[1][first + i] ?? 0) - (chances[0][first + i] ?? 0);
      return { words: `more ${choice} (${column.name})`, by };
    });
  });
  const worth = changes.filter(({ by }) => by > LEAST).sort((a, b) => b.by - a.by);
  if (!(worth[0] && worth[0].by > HARDLY)) return "hardly anything changes";
  return worth
    .slice(0, MOST)
    .map(({ words }) => words)
    .join(", ");
}

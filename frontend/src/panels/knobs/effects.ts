/** What turning a knob does to the columns of a table, in words. */

import { placed, reading, spread, standard } from "../../paint/columns";
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

/** For instance 'more alcohol, less hue, more red (colour)': from the left end to the right. */
export function effects(frames: Float32Array[], about: About): string {
  const [first, last] = [frames[0], frames[frames.length - 1]];
  if (!first || !last) return "";
  const changes = placed(about).flatMap((place): Change[] => {
    const { column, at } = place;
    if (column.choices && !spread(column)) {
      const [from, to] = [reading(first, place), reading(last, place)];
      return from === to ? [] : [{ words: `${column.name} from ${from} to ${to}`, by: 1 }];
    }
    if (!column.choices) {
      const by = standard(last[at] ?? 0, column) - standard(first[at] ?? 0, column);
      return [{ words: `${by > 0 ? "more" : "less"} ${column.name}`, by: Math.abs(by) }];
    }
    return Array.from({ length: column.width }, (_, i) => {
      const by = (last[at + i] ?? 0) - (first[at + i] ?? 0);
      // Of a category only what becomes likelier is said: the rest becomes unlikelier with it.
      return { words: `more ${column.choices?.[i] ?? i} (${column.name})`, by: by };
    });
  });
  const worth = changes.filter(({ by }) => by > LEAST).sort((a, b) => b.by - a.by);
  if (!(worth[0] && worth[0].by > HARDLY)) return "hardly anything changes";
  return worth
    .slice(0, MOST)
    .map(({ words }) => words)
    .join(", ");
}

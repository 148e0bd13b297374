/** A table's row in two runs: what each makes of it, column by column, and how far that is off. */

import { useSignal } from "@preact/signals";
import { certain, placed, standard, type Placed } from "../../paint/columns";
import type { Side } from "../../side";
import { likelyOf } from "../picture/likely";
import { apart, says, type Version } from "../picture/lines";

type Two<Of> = readonly [Of, Of];

/** With more columns than these, only those are listed in which a run is farthest off. */
const MOST = 40;
const LISTED = 12;

export function Rows({ sides, names }: { sides: Two<Side>; names: Two<string> }) {
  const now = useSignal(false);
  const { about } = sides[0];
  const values = sides[0].shown.value?.values;
  if (!values) return null;
  const original = { values, chances: certain(values, about) };
  const made = sides.map((side) => versionOf(side, now.value));
  const columns = listed(placed(about), values, made);
  return (
    <div class="stack">
      <div class="segmented" role="group" aria-label="What is shown of the two runs">
        {[false, true].map((is) => (
          <button
            key={String(is)}
            type="button"
            aria-pressed={now.value === is}
            onClick={() => (now.value = is)}
          >
            {is ? "Their knobs now" : "Reconstructions"}
          </button>
        ))}
      </div>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Example</th>
            {names.flatMap((name) => [
              <th scope="col" key={name}>
                {name}
              </th>,
              <th scope="col" key={`${name} off`}>
                off by
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {columns.map((place) => (
            <Row key={place.at} place={place} original={original} made={made} />
          ))}
        </tbody>
      </table>
      {columns.length < placed(about).length && (
        <p class="small muted">
          These are the {columns.length} of {placed(about).length} columns in which one of the runs
          is farthest off, in standard deviations.
        </p>
      )}
    </div>
  );
}

interface RowProps {
  place: Placed;
  original: Version;
  made: (Version | null)[];
}

function Row({ place, original, made }: RowProps) {
  const line = { place, choice: null };
  return (
    <tr>
      <th scope="row" class="cut" title={place.column.name}>
        {place.column.name}
      </th>
      <td class="muted">{says(line, original).text}</td>
      {made.flatMap((version, i) => [
        <td key={i}>{version && says(line, version).text}</td>,
        <td key={`${i} off`} class="muted">
          {version && apart(line, original, version)}
        </td>,
      ])}
    </tr>
  );
}

function versionOf(side: Side, now: boolean): Version | null {
  const likely = likelyOf(side);
  const values = now ? side.picture.value : (side.shown.value?.reconstruction ?? null);
  return values && { values, chances: now ? likely.now.value : likely.rebuilt.value };
}

function listed(columns: Placed[], values: Float32Array, made: (Version | null)[]): Placed[] {
  if (columns.length <= MOST) return columns;
  const off = ({ column, at }: Placed): number =>
    Math.max(
      ...made.map((one) =>
        Math.abs(standard((one?.values[at] ?? NaN) - values[at]! + column.mean, column) || 0),
      ),
    );
  const order = columns.map((place) => ({ place, by: off(place) })).sort((a, b) => b.by - a.by);
  return order.slice(0, LISTED).map(({ place }) => place);
}

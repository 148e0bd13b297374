/** A row of the table, changed column by column. */

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { complain, sentence } from "../../messages";
import { placed, type Placed } from "../../paint/columns";
import type { Side } from "../../side";
import { type About, TransportError, valuesOf } from "../../transport/transport";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { ColumnField } from "./field";
import { useLive } from "./live";

/** The row as it is in the form, and the one that it began from. */
interface Edited {
  readonly values: Float32Array;
  readonly from: Float32Array;
  readonly index: number | null;
}

const edited = signal<Edited | null>(null);
/** A row that the model did not take, where it was changed last, and why. */
const refused = signal<{ values: Float32Array; at: number; words: string } | null>(null);
const sought = signal("");

/** Fields on the page at most; more columns are looked for by name. */
const FIELDS = 60;

export function Row({ side }: { side: Side }) {
  const { about } = side;
  const changing = useRef(0);
  const show = useLive(side, (error, values) => {
    const words = sentence(error);
    if (!(error instanceof TransportError) || error.what === "gone") complain(error);
    else refused.value = { values, at: culprit(about, words) ?? changing.current, words };
  });
  const shown = side.shown.value;
  useEffect(() => {
    // An example of the data that is shown anew is the row to begin from.
    if (shown?.origin === "data")
      edited.value = { values: shown.values, from: shown.values, index: shown.index };
    else if (!edited.peek()) edited.value = beginning(about);
  }, [shown?.origin, shown?.index, about]);
  const now = edited.value ?? beginning(about);
  const columns = useMemo(() => placed(about), [about]);
  const found = columns.filter(({ column }) =>
    column.name.toLowerCase().includes(sought.value.toLowerCase()),
  );
  const write = (at: number, part: readonly number[]): void => {
    const values = now.values.slice();
    values.set(part, at);
    changing.current = at;
    edited.value = { ...now, values };
    show(values);
  };
  const restore = (): void => {
    edited.value = { ...now, values: now.from };
    if (now.index !== null) void side.showExample(now.index);
    else show(now.from);
  };
  const changed = columns.filter((one) => differs(now, one)).length;
  return (
    <section class="stack" aria-label="Change a row">
      <div class="row">
        <p class="grow small muted">
          {now.index === null ? beginningWords(about) : `Example ${now.index + 1}`}
          {changed
            ? `, ${changed} ${changed === 1 ? "column" : "columns"} changed`
            : ", as it is. Change a column: the code follows."}
        </p>
        <Button look="quiet" whyNot={changed ? null : "Nothing was changed."} onPress={restore}>
          <Icon name="reset" /> As it was
        </Button>
      </div>
      {columns.length > FIELDS / 3 && (
        <input
          class="field"
          type="search"
          placeholder={`Find one of ${columns.length} columns`}
          aria-label="Find a column"
          value={sought.value}
          onInput={({ currentTarget }) => (sought.value = currentTarget.value)}
        />
      )}
      <div class="fields">
        {found.slice(0, FIELDS).map((one) => (
          <ColumnField
            key={one.at}
            placed={one}
            values={now.values}
            from={differs(now, one) ? now.from : null}
            refused={
              refused.value?.values === now.values && refused.value.at === one.at
                ? refused.value.words
                : null
            }
            write={write}
          />
        ))}
      </div>
      {found.length > FIELDS && (
        <p class="small muted">
          {found.length - FIELDS} more columns: type a part of a name above to find them.
        </p>
      )}
      {!found.length && <p class="empty small">No column has "{sought.value}" in its name.</p>}
    </section>
  );
}

function differs({ values, from }: Edited, { at }: Placed): boolean {
  return values[at] !== from[at];
}

/** Without an example to begin from: the mean of each number, the commonest choice. */
function beginning(about: About): Edited {
  const values = new Float32Array(valuesOf(about));
  for (const { column, at } of placed(about)) {
    const { choices, kind, mean, mode } = column;
    // Where the commonest is not known, what lies nearest to the mean.
    if (choices) values[at] = mode ?? Math.round(mean);
    else values[at] = kind === "count" ? Math.round(mean) : mean;
  }
  return { values, from: values, index: null };
}

function beginningWords({ columns }: About): string {
  const choosing = columns?.filter(({ choices }) => choices).length ?? 0;
  if (!choosing) return "The means of all columns";
  if (choosing === columns?.length) return "The commonest choice of every column";
  return "The means of all numbers and the commonest of all choices";
}

/** Where the column begins that a refusal names, if it names one. */
function culprit(about: About, words: string): number | null {
  return placed(about).find(({ column }) => words.includes(`'${column.name}'`))?.at ?? null;
}

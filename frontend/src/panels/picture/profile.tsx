/** A table's row, column by column: the example, its reconstruction, and what the knobs make. */

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { certain, placed } from "../../paint/columns";
import { NAMED } from "../../paint/profiles";
import type { Shown, Side } from "../../side";
import type { About } from "../../transport/transport";
import { useNow } from "../../ui/now";
import { Tip } from "../../ui/tip";
import { Curves } from "./curves";
import { likelyOf, type Likely } from "./likely";
import { apart, linesOf, manyOf, says, type Line, type Version } from "./lines";

export function Profile({ side }: { side: Side }) {
  return placed(side.about).length > NAMED ? <Curves side={side} /> : <Rows side={side} />;
}

function Rows({ side }: { side: Side }) {
  const { about } = side;
  const table = useRef<HTMLDivElement>(null);
  const likely = likelyOf(side);
  // Columns whose choices are folded where they were not, and the other way round.
  const turned = useSignal<ReadonlySet<number>>(new Set());
  const chances = about.can.chances === true && side.transport.chances !== undefined;
  const lines = linesOf(about, chances, turned.value);
  const row = (i: number): Element => table.current!.children[i + 1]!;

  useNow(() => {
    const values = side.picture.value;
    if (!table.current || !values) return;
    const version = { values, chances: likely.now.value };
    lines.forEach((line, i) => write(row(i), "ours", says(line, version)));
  }, [side, turned.value]);
  useNow(() => {
    const { original, rebuilt } = versions(side.shown.value, likely, about);
    if (!table.current) return;
    lines.forEach((line, i) => {
      write(row(i), "data", original && says(line, original));
      write(row(i), "rebuilt", rebuilt && says(line, rebuilt));
      const text = original && rebuilt ? apart(line, original, rebuilt) : "";
      write(row(i), "apart", { text, at: null });
    });
  }, [side, turned.value]);

  const turn = (at: number): void => {
    const next = new Set(turned.peek());
    if (!next.delete(at)) next.add(at);
    turned.value = next;
  };
  return (
    <div class="profile" ref={table} data-picture="live" role="table" aria-label="Row">
      <Head own={side.shown.value?.origin === "own"} />
      {lines.map((line) => (
        <Entry
          key={`${line.place.at} ${line.choice}`}
          line={line}
          open={lines.some(({ place, choice }) => place === line.place && choice !== null)}
          turn={chances && line.choice === null && manyOf(line.place) ? turn : null}
        />
      ))}
    </div>
  );
}

function Head({ own }: { own: boolean }) {
  return (
    <div class="profile-row profile-head small muted" role="row">
      <span role="columnheader">Column</span>
      <span role="columnheader">
        <i class="mark data" />
        <Tip words="The row as the model sees it, after the same preparation as in training.">
          {own ? "Yours" : "Original"}
        </Tip>
      </span>
      <span role="columnheader">
        <i class="mark rebuilt" />
        <Tip
          words="What the model makes of the row's own code; the knobs change nothing of it. Of names the likeliest is written, with its probability."
          formula="mean of p(x|z) at z = mean of q(z|x)"
        >
          Reconstruction
        </Tip>
      </span>
      <span role="columnheader">
        <Tip
          words="How far the reconstruction is from the original, in the column's own units; of a choice, in its probability."
          formula="reconstruction − original"
        >
          Difference
        </Tip>
      </span>
      <span role="columnheader">
        <i class="mark ours" />
        <Tip words="What the model makes of where the knobs are now.">Knobs now</Tip>
      </span>
    </div>
  );
}

interface EntryProps {
  line: Line;
  open: boolean;
  /** Folds the choices of a column and unfolds them; null where there is nothing to fold. */
  turn: ((at: number) => void) | null;
}

function Entry({ line: { place, choice }, open, turn }: EntryProps) {
  const { name, choices } = place.column;
  const words = choice === null ? name : (choices?.[choice] ?? "");
  const rail = choice !== null || !manyOf(place);
  return (
    <div class={choice === null ? "profile-row" : "profile-row of-choice"} role="row">
      <span role="rowheader" class="profile-name">
        {turn ? (
          <button
            type="button"
            class="fold cut"
            aria-expanded={open}
            title={`${name}: ${open ? "fold" : "show"} its ${choices!.length} choices`}
            onClick={() => turn(place.at)}
          >
            {words}
          </button>
        ) : (
          <span class="cut" title={words}>
            {words}
          </span>
        )}
        {rail && <Rail of={choices?.length === 2 ? `from ${choices.join(" to ")}` : ""} />}
      </span>
      <span role="cell" class="cut number muted" data-says="data" />
      <span role="cell" class="cut number" data-says="rebuilt" />
      <span role="cell" class="cut number muted" data-says="apart" />
      <output role="cell" class="cut number" data-says="ours" />
    </div>
  );
}

/** Where the three versions lie in the column's range, or between impossible and certain. */
function Rail({ of }: { of: string }) {
  return (
    <span class="profile-rail" title={of} aria-hidden="true">
      {(["data", "rebuilt", "ours"] as const).map((who) => (
        <i key={who} class={`carrier ${who} away`}>
          <i class={`mark ${who}`} />
        </i>
      ))}
    </span>
  );
}

function versions(
  shown: Shown | null,
  likely: Likely,
  about: About,
): { original: Version | null; rebuilt: Version | null } {
  // Both are read, so that whoever follows them is told of either.
  const chances = likely.rebuilt.value;
  const values = shown?.reconstruction;
  return {
    original: shown && { values: shown.values, chances: certain(shown.values, about) },
    rebuilt: values ? { values, chances } : null,
  };
}

/** Bring what one version says into its line, without rendering: it follows a hand. */
function write(row: Element, who: string, said: { text: string; at: number | null } | null): void {
  const cell = row.querySelector<HTMLElement>(`[data-says=${who}]`);
  const text = said?.text ?? "";
  if (cell && cell.textContent !== text) {
    cell.textContent = text;
    cell.title = text;
  }
  const at = said?.at ?? NaN;
  const carrier = row.querySelector<HTMLElement>(`.carrier.${who}`);
  carrier?.classList.toggle("away", !Number.isFinite(at));
  if (Number.isFinite(at)) carrier?.style.setProperty("--at", String(at));
}

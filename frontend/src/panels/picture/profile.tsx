/** A table's row, column by column: what the model says (live), and what the example says. */

import { useRef } from "preact/hooks";
import { along, placed, reading, spread, type Placed } from "../../paint/columns";
import { NAMED, paintCurves } from "../../paint/profiles";
import type { Side } from "../../side";
import { useNow } from "../../ui/now";
import { theme } from "../../ui/theme";
import { useBox } from "./box";

export function Profile({ side }: { side: Side }) {
  const columns = placed(side.about);
  return columns.length > NAMED ? <Curves side={side} /> : <Rows side={side} columns={columns} />;
}

function Rows({ side, columns }: { side: Side; columns: Placed[] }) {
  const table = useRef<HTMLDivElement>(null);

  useNow(() => {
    const values = side.picture.value;
    if (!table.current || !values) return;
    columns.forEach((placed, i) => write(table.current!.children[i + 1]!, placed, values, "ours"));
  }, [side]);
  useNow(() => {
    const values = side.shown.value?.values ?? null;
    if (!table.current) return;
    columns.forEach((placed, i) => write(table.current!.children[i + 1]!, placed, values, "data"));
  }, [side]);

  return (
    <div class="profile" ref={table} data-picture="live">
      <div class="profile-row profile-head small muted" aria-hidden="true">
        <span>Column</span>
        <span />
        <span class="right">
          <i class="mark ours" /> Model
        </span>
        <span class="right">
          <i class="mark data" /> Example
        </span>
      </div>
      {columns.map((placed) => (
        <div class="profile-row" key={placed.at}>
          <span class="cut" title={placed.column.name}>
            {placed.column.name}
          </span>
          {spread(placed.column) ? <Chances placed={placed} /> : <Place />}
          <output class="right cut number" data-says="ours" />
          <span class="right cut number muted" data-says="data" />
        </div>
      ))}
    </div>
  );
}

/** Where two values lie in the column's range. */
function Place() {
  return (
    <span class="profile-rail">
      <i class="carrier data">
        <i class="mark data" />
      </i>
      <i class="carrier ours">
        <i class="mark ours" />
      </i>
    </span>
  );
}

/** How likely each choice is. */
function Chances({ placed }: { placed: Placed }) {
  const { choices, width } = placed.column;
  return (
    <span class="profile-chances">
      {Array.from({ length: width }, (_, i) => (
        <i key={i} title={choices?.[i] ?? ""} style={{ "--shade": `${100 - (65 * i) / width}%` }} />
      ))}
    </span>
  );
}

/** Bring one version's value of a column into its row. */
function write(
  row: Element,
  place: Placed,
  values: Float32Array | null,
  who: "ours" | "data",
): void {
  const says = row.querySelector(`[data-says=${who}]`);
  const text = values ? reading(values, place) : "";
  if (says && says.textContent !== text) says.textContent = text;
  const { column, at } = place;
  if (!spread(column)) {
    const carrier = row.querySelector<HTMLElement>(`.carrier.${who}`);
    carrier?.style.setProperty("--at", String(values ? along(values[at] ?? 0, column) : 0));
    carrier?.classList.toggle("away", values === null);
  } else if (who === "ours" && values) {
    row.querySelectorAll<HTMLElement>(".profile-chances > i").forEach((part, i) => {
      part.style.flexGrow = String(values[at + i] ?? 0);
    });
  }
}

/** Too many columns for a line each: two curves over them. */
function Curves({ side }: { side: Side }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useBox(frame);
  useNow(() => {
    const [ours, data] = [side.picture.value, side.shown.value?.values ?? null];
    void theme.value;
    if (canvas.current && box) paintCurves(canvas.current, { ours, data }, side.about, box);
  }, [side, box]);
  return (
    <div class="curves" ref={frame} data-picture="live">
      <canvas
        ref={canvas}
        role="img"
        aria-label="The model's values over the columns, and the example's"
      />
      <p class="profile-key small muted">
        <span>
          <i class="mark ours" /> model
        </span>
        <span>
          <i class="mark data" /> example
        </span>
        <span>columns left to right; standard deviations from the mean</span>
      </p>
    </div>
  );
}

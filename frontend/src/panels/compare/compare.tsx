/** Two runs side by side on the same example. */

import { useEffect } from "preact/hooks";
import { Chooser } from "../../header";
import { complain } from "../../messages";
import type { Shown, Side } from "../../side";
import { sides } from "../../state";
import { KnobsPanel } from "../knobs";
import { Figures } from "./figures";
import { Pictures } from "./pictures";
import { Rows } from "./rows";
import { conditionedAlike, samenessOf, type Sameness } from "./sameness";
import "./compare.css";

export function ComparePanel({ side }: { side: Side }) {
  const other = sides.find((one) => one !== side);
  return other ? <Both one={side} other={other} /> : <Alone run={side.about.run} />;
}

function Alone({ run }: { run: string }) {
  return (
    <p class="empty small">
      <span>
        Only <strong>{run}</strong> is open. To see two runs side by side on the same example, close
        this page and give both: <code>elbowroom explore RUN OTHER</code>, where RUN and OTHER are the
        folders of the two runs.
      </span>
    </p>
  );
}

function Both({ one, other }: { one: Side; other: Side }) {
  const same = samenessOf(one, other);
  const shown = one.shown.value;
  const alike = conditionedAlike(one.about, other.about);
  const { condition } = other.about;
  useEffect(() => {
    if (shown && same && same !== "none") follow(other, shown, same, alike);
  }, [same, other, alike, shown?.from, shown?.condition]);
  const names: [string, string] = namesOf(one, other);
  if (same === "none") {
    return (
      <p class="empty small">
        <span>
          {names[0]} was trained on examples of another shape than {names[1]} ({shapeOf(one)} and{" "}
          {shapeOf(other)}), so that there is no example that both can be shown.
        </span>
      </p>
    );
  }
  if (!shown) {
    return (
      <p class="empty small">
        Show an example first: step to one beside the picture, or click one on the map.
      </p>
    );
  }
  return (
    <section class="compare stack" aria-label="Compare">
      {same === "values" && (
        <p class="small muted">
          The two runs do not show the same examples; {names[1]} is given the values of the one that{" "}
          {names[0]} shows.
        </p>
      )}
      {condition && !alike && (
        <div class="row">
          <p class="muted small grow">{names[1]} is given something that {names[0]} is not.</p>
          <Chooser side={other} condition={condition} />
        </div>
      )}
      {one.about.kind === "image" ? (
        <Pictures sides={[one, other]} names={names} />
      ) : (
        <Rows sides={[one, other]} names={names} />
      )}
      <Figures sides={[one, other]} names={names} />
      <details>
        <summary>Knobs of {names[1]}</summary>
        <p class="muted small">
          The knobs of {names[0]} are those that the page shows all the time.
        </p>
        <KnobsPanel side={other} />
      </details>
    </section>
  );
}

/**
 * Show the other run the same example, given the same where both take the same.
 *
 * It may be there already: its knobs then stay as they were turned.
 */
function follow(other: Side, shown: Shown, same: Sameness, alike: boolean): void {
  const there = other.subject;
  const condition = alike && shown.condition !== null ? { condition: shown.condition } : {};
  const index = same === "number" ? shown.index : null;
  if (index !== null ? there?.index === index : equal(there?.values, shown.from)) {
    if (alike) other.setCondition(shown.condition);
  } else if (index !== null) void other.showExample(index, condition);
  else other.showValues(shown.from, condition).catch(complain);
}

function equal(one: unknown, other: Float32Array): boolean {
  return one instanceof Float32Array && one.length === other.length && one.every((value, i) => value === other[i]);
}

function namesOf(one: Side, other: Side): [string, string] {
  const [a, b] = [one.about.run, other.about.run];
  return a === b ? [`${a} (first)`, `${b} (second)`] : [a, b];
}

function shapeOf({ about }: Side): string {
  return about.kind === "table" ? `${about.shape[0]} columns` : about.shape.join(" × ");
}

/** Two runs side by side on the same example. */

import { useEffect } from "preact/hooks";
import type { Side } from "../../side";
import { sides } from "../../state";
import { KnobsPanel } from "../knobs";
import { Figures } from "./figures";
import { Pictures } from "./pictures";
import { samenessOf } from "./sameness";
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
  useEffect(() => {
    if (!shown || !same || same === "none") return;
    if (same === "number" && shown.index !== null) void follow(other, shown.index);
    else void other.showValues(shown.values, "own");
  }, [same, other, shown?.values]);
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
      <Pictures sides={[one, other]} names={names} />
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

/** The other run may be there already: its knobs then stay as they were turned. */
async function follow(other: Side, index: number): Promise<void> {
  if (other.shown.peek()?.index !== index) await other.showExample(index);
}

function namesOf(one: Side, other: Side): [string, string] {
  const [a, b] = [one.about.run, other.about.run];
  return a === b ? [`${a} (first)`, `${b} (second)`] : [a, b];
}

function shapeOf({ about }: Side): string {
  return about.kind === "table" ? `${about.shape[0]} columns` : about.shape.join(" × ");
}

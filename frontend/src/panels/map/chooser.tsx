/** What the map shows: where points lie, and what their colours say. */

import type { Signal } from "@preact/signals";
import type { Side } from "../../side";
import { Tip } from "../../ui/tip";
import type { Choices } from "./choices";
import { colouringsOf } from "./colourings";
import { layoutsOf } from "./layouts";

export function Chooser({ side, choices }: { side: Side; choices: Choices }) {
  const { about } = side;
  const layouts = layoutsOf(about);
  const layout = layouts.find(({ name }) => name === choices.layout.value);
  const colours = colouringsOf(about).map(({ name, title }) => ({ value: name, words: title }));
  return (
    <div class="map-chooser row">
      <span class="label">
        <Tip plain words={layout?.help || "Where the examples lie."}>
          Map
        </Tip>
        <Select
          choice={choices.layout}
          options={layouts.map(({ name, title }) => ({ value: name, words: title }))}
          label="Where the examples lie"
        />
      </span>
      <label class="label">
        Colour
        <Select
          choice={choices.colour}
          options={colours}
          label="What the colours say"
          changed={() => (choices.hidden.value = new Set())}
        />
      </label>
    </div>
  );
}

/** Which two units the axes are; nothing where the axes are none. */
export function Axes({ side, choices }: { side: Side; choices: Choices }) {
  const units = side.about.order.map((unit) => ({ value: String(unit), words: side.nameOf(unit) }));
  if (choices.layout.value !== "units" || units.length < 2) return null;
  return (
    <div class="map-axes">
      <label class="label">
        <span aria-hidden="true">→</span>
        <Select choice={numbered(choices.across)} options={units} label="Unit from left to right" />
      </label>
      <label class="label">
        <span aria-hidden="true">↑</span>
        <Select choice={numbered(choices.up)} options={units} label="Unit upwards" />
      </label>
    </div>
  );
}

interface SelectProps {
  choice: { value: string };
  options: { value: string; words: string }[];
  label: string;
  changed?(): void;
}

function Select({ choice, options, label, changed }: SelectProps) {
  return (
    <select
      class="field"
      aria-label={label}
      value={choice.value}
      onChange={({ currentTarget }) => {
        choice.value = currentTarget.value;
        changed?.();
      }}
    >
      {options.map(({ value, words }) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** A signal of a number as one of text, which is what a list of options knows. */
function numbered(choice: Signal<number>): { value: string } {
  return {
    get value() {
      return String(choice.value);
    },
    set value(text) {
      choice.value = Number(text);
    },
  };
}

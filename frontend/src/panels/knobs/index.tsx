/** The knobs: one for each unit of the code, those that tell most first. */

import { useState } from "preact/hooks";
import type { Side } from "../../side";
import { whyNot } from "../../transport/transport";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Tip } from "../../ui/tip";
import { Knob } from "./knob";
import "./knobs.css";

/** A seed that nobody chose. */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

export function KnobsPanel({ side }: { side: Side }) {
  const { units, order } = side.about;
  const [level, setLevel] = useState<number | null>(null);
  const pins = side.pins.value;
  const wanted = order.filter((unit) => level === null || units[unit]?.level === level);
  const rest = wanted.filter((unit) => !pins.includes(unit));
  const active = [...pins, ...rest.filter((unit) => units[unit]?.active)];
  const off = rest.filter((unit) => !units[unit]?.active);
  const list = (chosen: number[]) =>
    chosen.map((unit) => <Knob key={unit} side={side} unit={unit} />);
  return (
    <>
      <div class="panel-title">
        <h2>
          <Tip words="The code is the short list of numbers that the model keeps of an example. Each knob is one of them. Drag it, or use the arrow keys; double click or 0 brings it back.">
            Knobs
          </Tip>
        </h2>
        <span class="grow" />
        <Button look="quiet" onPress={() => side.reset()} title="Bring all knobs back">
          <Icon name="reset" /> Reset all
        </Button>
        <Button
          look="quiet"
          whyNot={whyNot(side.about, "sample")}
          title="Go to a code drawn from the prior: what the model makes up"
          onPress={() => void side.random(anySeed())}
        >
          <Icon name="dice" /> Random code
        </Button>
      </div>
      <Levels side={side} chosen={level} choose={setLevel} />
      <ul class="knobs">{list(active)}</ul>
      {active.length === 0 && (
        <p class="muted small">
          Training switched off every unit: hardly any knob changes what is decoded.
        </p>
      )}
      {off.length > 0 && (
        <details class="knobs-off" open={active.length === 0}>
          <summary>Switched off by training ({off.length})</summary>
          <ul class="knobs">{list(off)}</ul>
        </details>
      )}
    </>
  );
}

/** Where a model has several levels of units, which of them are listed. */
function Levels(props: { side: Side; chosen: number | null; choose(level: number | null): void }) {
  const levels = [...new Set(props.side.about.units.map(({ level }) => level))].sort(
    (a, b) => a - b,
  );
  if (levels.length < 2) return null;
  const choices: [number | null, string][] = [
    [null, "All levels"],
    ...levels.map((level): [number, string] => [level, `Level ${level}`]),
  ];
  return (
    <div class="segmented levels" role="group" aria-label="Levels of units">
      {choices.map(([level, words]) => (
        <button
          key={words}
          type="button"
          aria-pressed={props.chosen === level}
          onClick={() => props.choose(level)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

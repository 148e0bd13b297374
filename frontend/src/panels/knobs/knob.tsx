/** One knob: its name, how much it tells, the slider, and the strip of what it does. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Side } from "../../side";
import { whyNot } from "../../transport/transport";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { useNow } from "../../ui/now";
import { Tip } from "../../ui/tip";
import { Slider } from "./slider";
import { Strip } from "./strip";

interface Props {
  side: Side;
  unit: number;
}

export function Knob({ side, unit }: Props) {
  const about = side.about.units[unit]!;
  const pinned = side.pins.value.includes(unit);
  const name = side.nameOf(unit);
  return (
    <li class={about.active ? "knob" : "knob off"}>
      <div class="knob-head">
        <Name side={side} unit={unit} />
        <span class="grow" />
        {about.rate !== null && (
          <Tip
            plain
            words={about.active ? about.help : `${about.help} It tells ${told(about.rate, 2)} on average.`}
            formula="average of KL( q(z|x) ‖ p(z) ), this unit's part"
          >
            <span class="muted small number">{told(about.rate, 1)}</span>
          </Tip>
        )}
        <Value side={side} unit={unit} />
        <Button
          look={pinned ? "quiet icon pinned" : "quiet icon"}
          label={pinned ? `Unpin ${name}` : `Pin ${name} to the top`}
          pressed={pinned}
          onPress={() => toggle(side, unit)}
        >
          <Icon name="pin" filled={pinned} />
        </Button>
      </div>
      <Slider side={side} unit={unit} />
      <Strip side={side} unit={unit} />
    </li>
  );
}

/** A rate in words: what rounds to nothing is less than the last digit, and not nothing. */
function told(rate: number, digits: number): string {
  const least = 10 ** -digits;
  return rate < least / 2 ? `< ${least} nats` : `${rate.toFixed(digits)} nats`;
}

function toggle(side: Side, unit: number): void {
  const pins = side.pins.peek();
  side.pins.value = pins.includes(unit) ? pins.filter((pin) => pin !== unit) : [...pins, unit];
}

/** The value now, written without rendering. */
function Value({ side, unit }: Props) {
  const text = useRef<HTMLOutputElement>(null);
  useNow(() => {
    const value = (side.z.value[unit] ?? 0).toFixed(2).replace(/^-(?=0\.00$)/, "").replace("-", "−");
    if (text.current && text.current.textContent !== value) text.current.textContent = value;
  }, [side, unit]);
  return <output class="knob-value number" ref={text} aria-hidden="true" />;
}

/** The name, and the field to change it. */
function Name({ side, unit }: Props) {
  const [editing, setEditing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  // Whoever ends with a key goes on from there; whoever clicks elsewhere is elsewhere already.
  const back = useRef(false);
  const cannot = whyNot(side.about, "rename");
  const named = side.names.own(unit) ?? "";
  useLayoutEffect(() => {
    field.current?.select();
    if (back.current) button.current?.focus();
    back.current = false;
  }, [editing]);
  const end = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    // The rest of the key's press would fall on the button, and open the field again.
    event.preventDefault();
    back.current = true;
    if (event.key === "Enter") keep();
    setEditing(false);
  };
  const keep = (): void => {
    setEditing(false);
    const name = field.current?.value.trim() ?? named;
    if (name !== named) void side.names.give(unit, name);
  };
  if (!editing) {
    return (
      <button
        ref={button}
        type="button"
        class="knob-name cut"
        title={cannot ?? "Give this knob a name"}
        aria-label={`${side.nameOf(unit)}: rename`}
        disabled={cannot !== null}
        onClick={() => setEditing(true)}
      >
        <span class={side.about.units[unit]!.active ? "dot" : "dot off"} />
        <span class="cut">{side.nameOf(unit)}</span>
        <Icon name="pen" />
      </button>
    );
  }
  return (
    <input
      ref={field}
      class="field knob-rename"
      value={named}
      maxLength={60}
      placeholder="What does it change?"
      aria-label={`Name of ${side.nameOf(unit)}`}
      // A field that is taken off the page loses the focus too, which keeps nothing.
      onBlur={() => !back.current && keep()}
      onKeyDown={end}
    />
  );
}

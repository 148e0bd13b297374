/** A map of the codes of many examples. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { CATEGORIES, colourOf, ringed } from "../../maths/colours";
import type { Side } from "../../side";
import { note } from "../../messages";
import { hovered, picked } from "../../state";
import { part } from "../parts";
import { Card } from "./card";
import { choicesOf, type Choices } from "./choices";
import { colouringsOf, PLAIN, saying, type Colouring } from "./colourings";
import { Axes, Chooser } from "./chooser";
import { Group } from "./group";
import { layoutsOf, placing, twoUnits } from "./layouts";
import { Legend } from "./legend";
import { Peek } from "./peek";
import { markerOf } from "./marker";
import { Scatter, type Place } from "./scatter";
import { take } from "../taking";
import "./map.css";

/** Picked examples that are marked on the map: as many as there are letters. */
const LETTERED = 26;

export function MapPanel({ side }: { side: Side }) {
  const { about } = side;
  const choices = choicesOf(side);
  const codes = part(side, "codes").value;
  const layout =
    layoutsOf(about).find(({ name }) => name === choices.layout.value) ?? layoutsOf(about)[0]!;
  const colouring = colouringsOf(about).find(({ name }) => name === choices.colour.value) ?? PLAIN;
  const values = part(side, colouring.name).value;
  const points = usePoints(side, choices, layout.name);
  const colours = useMemo(
    () => coloursFor(about.count, colouring, values),
    [colouring.name, values],
  );
  const rings = useMemo(() => ringsFor(colouring, values), [colouring.name, values]);
  const strength = useStrength(about.count, colouring, values, choices);
  const marker = useMarker(side, choices, layout.name, codes, points);
  const shown = useComputed(() => side.shown.value?.index ?? null);
  const picks = useComputed(() =>
    picked.value.filter((index) => index < about.count).slice(0, LETTERED),
  );
  const peek = useMemo(() => new Peek(side), [side]);
  const words = (index: number): string => saying(colouring, values?.[index]);
  const label =
    `Map of ${about.count} examples: ${layout.title}, colour says ${colouring.title}. ` +
    "Arrow keys go from point to point, Enter shows one, P picks it, plus and minus zoom.";

  return (
    <section class="map" aria-label="Map">
      <div class="map-main">
        <Chooser side={side} choices={choices} />
        {points ? (
          <Scatter
            points={points}
            colours={colours}
            strength={strength}
            rings={rings}
            hovered={hovered}
            shown={shown}
            picks={picks}
            marker={marker}
            label={label}
            describe={(index) => `Example ${index + 1}. ${words(index)}`}
            card={(index, held) => (
              <Card
                index={index}
                words={words(index)}
                about={about}
                peek={peek}
                held={held}
                shown={shown.value === index}
                picked={picked.value.includes(index)}
                onShow={() => take(side, index)}
                onPick={() => toggled(index)}
              />
            )}
            onPick={(index) => take(side, index)}
            onKeep={toggled}
            onGroup={(group) => gathered(choices, group)}
          >
            <Axes side={side} choices={choices} />
          </Scatter>
        ) : (
          <div class="scatter skeleton" aria-busy="true" />
        )}
        <Legend colouring={colouring} values={values} hidden={choices.hidden} />
      </div>
      {codes && choices.group.value ? (
        <Group side={side} codes={codes} group={choices.group} />
      ) : (
        <p class="map-hint small muted">
          Point at an example, or touch it, to see it. To see what some have in common, draw around
          them: hold Shift and drag, or use the button with the loop.
        </p>
      )}
    </section>
  );
}

function gathered({ group }: Choices, found: Uint32Array | null): void {
  if (found && !found.length) {
    const kept = group.peek() ? " The group from before stays." : "";
    note(`No example lies inside what you drew.${kept}`);
    return;
  }
  group.value = found;
}

function toggled(index: number): void {
  const without = picked.peek().filter((other) => other !== index);
  const added = without.length === picked.peek().length;
  picked.value = added ? [...without, index] : without;
  note(added ? `Example ${index + 1} is picked.` : `Example ${index + 1} is no longer picked.`);
}

function coloursFor(
  count: number,
  { name, categories }: Colouring,
  values: Float32Array | null,
): Uint32Array {
  if (!name || !values) return new Uint32Array(count).fill(CATEGORIES[0]!);
  return colourOf(values, categories !== null);
}

/** With more categories than colours, those whose colour another one has are rings. */
function ringsFor({ categories }: Colouring, values: Float32Array | null): Uint8Array | null {
  if (!values || !categories || !categories.some((_, category) => ringed(category))) return null;
  return Uint8Array.from(values, (value) => Number(ringed(value)));
}

function usePoints(side: Side, { across, up }: Choices, layout: string): Float32Array | null {
  const name = layout === "units" ? "codes" : layout;
  const values = part(side, name).value;
  const [x, y] = [across.value, up.value];
  const units = side.about.units.length;
  return useMemo(
    () => (values && layout === "units" ? twoUnits(values, units, x, y) : values),
    [values, layout, x, y],
  );
}

/** Hidden categories, and all but a group, which stays in full colour. */
function useStrength(
  count: number,
  { categories }: Colouring,
  values: Float32Array | null,
  { hidden, group }: Choices,
): Uint8Array | null {
  const [without, alone] = [hidden.value, group.value];
  return useMemo(() => {
    if (!alone && !(without.size && categories)) return null;
    const strength = new Uint8Array(count).fill(alone ? 1 : 2);
    alone?.forEach((index) => (strength[index] = 2));
    if (categories) values?.forEach((value, i) => without.has(value) && (strength[i] = 0));
    return strength;
  }, [count, categories === null, values, without, alone]);
}

/** Where the knobs are. A map that is not linear knows it only for the shown example itself. */
function useMarker(
  side: Side,
  { across, up }: Choices,
  layout: string,
  codes: Float32Array | null,
  points: Float32Array | null,
): ReadonlySignal<Place | null> {
  const [x, y] = [across.value, up.value];
  return useMemo(() => {
    const place =
      codes && points
        ? placing(layout, codes, points, side.about.units.length, [x, y])
        : () => null;
    return markerOf(side, place, points);
  }, [side, layout, codes, points, x, y]);
}

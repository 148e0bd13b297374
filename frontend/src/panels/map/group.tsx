/** A group that was drawn around: its face, and how its knobs differ from the rest. */

import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { differences, type Difference } from "../../maths/groups";
import { complain, note } from "../../messages";
import { Thumb } from "../../paint/thumb";
import type { Side } from "../../side";
import { picked } from "../../state";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Tip } from "../../ui/tip";
import { type Faces, facesOf } from "./faces";

interface Props {
  side: Side;
  codes: Float32Array;
  group: Signal<Uint32Array | null>;
}

/** Units listed at first, and standard deviations at which a bar is full. */
const LISTED = 6;
const FULL = 2;

export function Group({ side, codes, group }: Props) {
  if (!group.value) return null;
  return (
    <Drawn side={side} codes={codes} members={group.value} away={() => (group.value = null)} />
  );
}

interface DrawnProps {
  side: Side;
  codes: Float32Array;
  members: Uint32Array;
  away(): void;
}

function Drawn({ side, codes, members, away }: DrawnProps) {
  const { about } = side;
  const box = useRef<HTMLElement>(null);
  // The map keeps its size, and the group may lie below what is seen of the panel.
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), [members]);
  const faces = useFaces(side, codes, members);
  const found = useMemo(() => differences(codes, about.units.length, members), [codes, members]);
  const several =
    members.length === 1 ? "1 example" : `${members.length.toLocaleString("en-GB")} examples`;
  return (
    <section class="group" aria-label="Group" ref={box}>
      <div class="row">
        <h3 class="grow" aria-live="polite">
          Group of {several}, of {about.count.toLocaleString("en-GB")}
        </h3>
        <Button look="quiet icon" label="Take the group away" onPress={away}>
          <Icon name="close" />
        </Button>
      </div>
      <div class="group-body">
        <div class="pair">
          <Face title="mean code, decoded" values={faces?.decode ?? null} side={side} />
          {(!faces || faces.mean) && (
            <Face
              title={
                faces && faces.averaged < members.length
                  ? `mean of ${faces.averaged} of them`
                  : "mean of the examples"
              }
              values={faces?.mean ?? null}
              side={side}
            />
          )}
        </div>
        <Differences side={side} found={found} />
      </div>
      <div class="row">
        <Button onPress={() => faces && side.setCode(faces.code)}>
          Set the knobs to the group's mean
        </Button>
        <Button onPress={() => pickAll(members)}>
          <Icon name="plus" /> Pick the group
        </Button>
      </div>
    </section>
  );
}

function useFaces(side: Side, codes: Float32Array, members: Uint32Array): Faces | null {
  const [faces, setFaces] = useState<Faces | null>(null);
  useEffect(() => {
    let wanted = true;
    facesOf(side, codes, members).then((now) => wanted && setFaces(now), complain);
    return () => void (wanted = false);
  }, [side, codes, members]);
  return faces;
}

function pickAll(members: Uint32Array): void {
  const before = picked.peek();
  picked.value = [...new Set([...before, ...members])];
  note(
    `${(picked.peek().length - before.length).toLocaleString("en-GB")} examples were added to the picked ones.`,
  );
}

function Face({ title, values, side }: { title: string; values: Float32Array | null; side: Side }) {
  return (
    <figure class="face">
      <Thumb values={values} about={side.about} size={72} label={title} />
      <figcaption class="small muted">{title}</figcaption>
    </figure>
  );
}

function Differences({ side, found }: { side: Side; found: Difference[] }) {
  const [all, setAll] = useState(false);
  if (!found.length) {
    return (
      <p class="muted small">
        Two examples in the group and two outside are needed to compare their knobs.
      </p>
    );
  }
  const listed = all ? found : found.slice(0, LISTED);
  return (
    <div class="grow">
      <Tip
        words="How far the group's mean lies from that of all other examples, in standard deviations of the unit over all examples, with its standard error."
        formula="(mean of the group − mean of the rest) / sd ± √(v₁/n₁ + v₂/n₂) / sd"
      >
        <span class="small muted">Knobs of the group against the rest</span>
      </Tip>
      <ul class="differences">
        {listed.map((one) => (
          <Line key={one.unit} name={side.nameOf(one.unit)} {...one} />
        ))}
      </ul>
      {found.length > LISTED && (
        <Button look="quiet" onPress={() => setAll(!all)}>
          {all ? "Fewer" : `All ${found.length} units`}
        </Button>
      )}
    </div>
  );
}

function Line({ name, unit, value, error }: Difference & { name: string }) {
  const share = Math.min(1, Math.abs(value) / FULL) * 50;
  const bar =
    value < 0 ? { right: "50%", width: `${share}%` } : { left: "50%", width: `${share}%` };
  const size = `${Math.abs(value).toFixed(1)} ± ${error.toFixed(error < 0.095 ? 2 : 1)}`;
  const words =
    Math.abs(value) <= 2 * error
      ? "no clear difference"
      : `${size} sd ${value < 0 ? "lower" : "higher"}`;
  return (
    <li
      data-unit={unit}
      title={`${name} is ${size} standard deviations ${value < 0 ? "lower" : "higher"} in the group`}
    >
      <span class="cut">{name}</span>
      <span class="bar">
        <i class={value < 0 ? "lower" : "higher"} style={bar} />
      </span>
      <span class="small">{words}</span>
    </li>
  );
}

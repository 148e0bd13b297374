/** A - B + C with codes: what A has and B lacks, added to C. */

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { analogy } from "../../maths/arithmetic";
import { Thumb } from "../../paint/thumb";
import type { Side } from "../../side";
import { Button } from "../../ui/button";
import { Tip } from "../../ui/tip";
import { useDecoded } from "../decoding";
import { letter } from "../letters";
import { stopsOf } from "./stops";

/** A picked example by its place in the basket, or a code as the knobs had it. */
type Slot = { pick: number } | { code: Float32Array };

const slots = signal<readonly Slot[]>([{ pick: 0 }, { pick: 1 }, { pick: 2 }]);
const SIGNS = ["", "−", "+"];
const ROLES = ["First term", "Taken away", "Added"];

export function Arithmetic({ side }: { side: Side }) {
  const stops = stopsOf(side) ?? [];
  const filled = slots.value.map((slot) =>
    "code" in slot ? slot.code : (stops[slot.pick] ?? null),
  );
  const [a, b, c] = filled;
  const result = useMemo(
    () => (a && b && c ? analogy(a, b, c) : null),
    filled.map((code) => code?.join()),
  );
  const terms = filled.map((code) => code ?? new Float32Array(side.about.units.length));
  const codes = useMemo(
    () => Float32Array.from([...terms, result ?? terms[0]!].flatMap((code) => [...code])),
    [result, ...filled.map((code) => code?.join())],
  );
  const seen = useDecoded(side, codes, "arithmetic");
  return (
    <section class="stack" aria-label="Arithmetic">
      <div class="equation">
        {filled.map((code, i) => (
          <Term
            key={i}
            side={side}
            at={i}
            known={stops.length}
            picture={code ? (seen?.[i] ?? null) : null}
            empty={!code}
          />
        ))}
        <span class="sign" aria-hidden="true">
          =
        </span>
        <figure class="term">
          {result ? (
            <Thumb
              values={seen?.[3] ?? null}
              about={side.about}
              size={72}
              label="Result of the arithmetic"
            />
          ) : (
            <span class="thumb hole">?</span>
          )}
          <Button
            look={result ? "first" : ""}
            whyNot={
              result
                ? null
                : "Fill the three places first: pick examples, or take the knobs as they are."
            }
            onPress={() => result && side.setCode(result)}
          >
            Set the knobs
          </Button>
        </figure>
      </div>
      <p class="muted small">
        <Tip
          words="Codes are added and subtracted number by number, and the result is decoded. Where the model has learned a direction for a property, this moves the property from one example to another."
          formula="z = z(first) − z(taken away) + z(added)"
        >
          What the first has and the second lacks, added to the third.
        </Tip>{" "}
        Pictures are decodes of the codes, not the examples themselves.
      </p>
    </section>
  );
}

interface TermProps {
  side: Side;
  at: number;
  known: number;
  picture: Float32Array | null;
  empty: boolean;
}

function Term({ side, at, known, picture, empty }: TermProps) {
  const slot = slots.value[at]!;
  const value = "code" in slot ? "kept" : slot.pick < known ? String(slot.pick) : "";
  const fill = (next: Slot): void => {
    slots.value = slots.peek().map((old, i) => (i === at ? next : old));
  };
  return (
    <>
      {SIGNS[at] && (
        <span class="sign" aria-label={at === 1 ? "minus" : "plus"}>
          {SIGNS[at]}
        </span>
      )}
      <figure class="term">
        {empty ? (
          <span class="thumb hole">?</span>
        ) : (
          <Thumb values={picture} about={side.about} size={72} label={`${ROLES[at]}, decoded`} />
        )}
        <select
          class="field"
          aria-label={ROLES[at]}
          value={value}
          onChange={({ currentTarget }) =>
            fill(
              currentTarget.value === "now"
                ? { code: side.z.peek() }
                : { pick: Number(currentTarget.value) },
            )
          }
        >
          {value === "" && <option value="">choose</option>}
          {value === "kept" && <option value="kept">knobs (taken)</option>}
          <option value="now">the knobs now</option>
          {Array.from({ length: Math.min(known, 26) }, (_, i) => (
            <option key={i} value={String(i)}>
              {letter(i)}
            </option>
          ))}
        </select>
      </figure>
    </>
  );
}

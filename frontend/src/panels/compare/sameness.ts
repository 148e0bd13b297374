/** Whether two runs can be shown the same example, and how. */

import type { Side } from "../../side";
import type { About, Measure } from "../../transport/transport";
import { part } from "../parts";

/** By its number, where both runs show the same examples; by its values; or not at all. */
export type Sameness = "number" | "values" | "none";

/** Null until it is known. */
export function samenessOf(one: Side, other: Side): Sameness | null {
  if (!alike(one.about, other.about)) return "none";
  const { data, split, count } = one.about;
  if (other.about.data !== data || other.about.split !== split || other.about.count !== count)
    return "values";
  if (!one.about.parts.position || !other.about.parts.position) return "values";
  const [ours, theirs] = [part(one, "position").value, part(other, "position").value];
  if (!ours || !theirs) return null;
  return ours.every((place, i) => place === theirs[i]) ? "number" : "values";
}

/** Why the log-likelihoods of two runs are no two answers to one question; null where they are. */
export function unlike({ measure: one }: About, { measure: other }: About): string | null {
  if (!one || !other || one === other) return null;
  return (
    `One run's likelihood is a ${WORDS[one]}, the other's a ${WORDS[other]}: ` +
    "their log-likelihoods are no amounts of the same thing, and which is larger means nothing."
  );
}

/** Whether both runs are given the same kind of thing: what one is told the other can be told. */
export function conditionedAlike({ condition: one }: About, { condition: other }: About): boolean {
  if (!one || !other) return false;
  if (!one.choices || !other.choices) return !one.choices && !other.choices && one.name === other.name;
  return one.choices.join("\n") === other.choices.join("\n");
}

const WORDS: Record<Measure, string> = {
  counting: "probability mass",
  lebesgue: "density",
  mixed: "product of masses and densities",
};

function alike(one: About, other: About): boolean {
  const columns = ({ columns }: About): string =>
    (columns ?? []).map(({ name, choices }) => `${name} ${choices?.length ?? 0}`).join();
  return (
    one.kind === other.kind &&
    one.shape.join() === other.shape.join() &&
    columns(one) === columns(other)
  );
}

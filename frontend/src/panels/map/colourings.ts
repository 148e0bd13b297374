/** What the colours of the map mean. */

import type { About } from "../../transport/transport";
import { written } from "../../paint/columns";

export interface Colouring {
  /** A part of the run; "" for one colour. */
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly unit: string;
  /** Names of the categories, or null for a quantity. */
  readonly categories: string[] | null;
}

export const PLAIN: Colouring = {
  name: "",
  title: "nothing",
  help: "",
  unit: "",
  categories: null,
};

/** The label first, then factors, then what the model says of each example. */
export function colouringsOf(about: About): Colouring[] {
  const found = Object.entries(about.parts)
    .filter(([name]) => name.startsWith("colour/"))
    .map(([name, { title, help, unit, categories }]) => ({
      name,
      title,
      help: help ?? "",
      unit: unit ?? "",
      categories: categories ?? choicesOf(about, name),
    }));
  const rank = ({ name }: Colouring): number =>
    name === "colour/label" ? 0 : name.startsWith("colour/factor:") ? 1 : 2;
  return [...found.sort((a, b) => rank(a) - rank(b)), PLAIN];
}

function choicesOf({ labels, factors }: About, name: string): string[] | null {
  if (name === "colour/label") return labels?.choices ?? null;
  return factors.find((factor) => name === `colour/factor:${factor.name}`)?.choices ?? null;
}

/** What a point's colour says: 'digit: 3', 'rate: 12.3 nats'. */
export function saying(
  { title, unit, categories, name }: Colouring,
  value: number | undefined,
): string {
  if (!name || value === undefined) return "";
  const words = categories
    ? (categories[value] ?? "not known")
    : `${written(value)} ${unit}`.trim();
  return `${title}: ${words}`;
}

/** Which journey is open, and how far on it the page is; it outlives the panel. */

import { signal } from "@preact/signals";
import type { Way } from "../../maths/interpolation";
import type { About } from "../../transport/transport";
import { position } from "./player";

export const KINDS = ["between", "arithmetic", "prior", "around", "neighbours"] as const;

export type Kind = (typeof KINDS)[number];

export const kind = signal<Kind>("between");

/** Null is the usual one: on a sphere a straight way would leave it. */
export const way = signal<Way | null>(null);

export function wayOf({ space }: About): Way {
  return way.value ?? (space === "sphere" ? "spherical" : "straight");
}

/** The choices in a few letters, for the page's address; nothing where they are the usual ones. */
export function journeyWords(): string {
  const words = [kind.value, way.value ?? "", Number(position.value.toFixed(4))].join("~");
  return words === "between~~0" ? "" : words;
}

/** Take choices back from such letters, or the usual ones. */
export function takeJourney(words: string): void {
  const [which, how, at] = words.split("~");
  kind.value = KINDS.find((one) => one === which) ?? "between";
  way.value = how === "straight" || how === "spherical" ? how : null;
  const place = Number(at);
  position.value = Number.isFinite(place) ? Math.max(0, place) : 0;
}

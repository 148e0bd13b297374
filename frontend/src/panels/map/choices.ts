/** What a person has chosen to see on the map. */

import { signal, type Signal } from "@preact/signals";
import type { Side } from "../../side";
import { colouringsOf } from "./colourings";
import { layoutsOf } from "./layouts";

export interface Choices {
  readonly layout: Signal<string>;
  readonly across: Signal<number>;
  readonly up: Signal<number>;
  readonly colour: Signal<string>;
  /** Categories that are not drawn. */
  readonly hidden: Signal<ReadonlySet<number>>;
  readonly group: Signal<Uint32Array | null>;
}

const kept = new WeakMap<Side, Choices>();

/** The choices of a run's map; they outlive the panel, which is put away when another is opened. */
export function choicesOf(side: Side): Choices {
  const choices = kept.get(side) ?? usual(side);
  kept.set(side, choices);
  return choices;
}

function usual({ about }: Side): Choices {
  const [first = 0, second = first] = about.order;
  return {
    layout: signal(layoutsOf(about)[0]!.name),
    across: signal(first),
    up: signal(second),
    colour: signal(colouringsOf(about)[0]!.name),
    hidden: signal(new Set<number>()),
    group: signal(null),
  };
}

/** The choices in a few letters, for the page's address; nothing where they are the usual ones. */
export function wordsOf(side: Side): string {
  const [chosen, first] = [inLetters(choicesOf(side)), inLetters(usual(side))];
  return chosen === first ? "" : chosen;
}

function inLetters({ layout, across, up, colour }: Choices): string {
  return [layout.value, across.value, up.value, colour.value].join("~");
}

/** Take choices back from such letters, or the usual ones; what this run does not have stays. */
export function takeWords(side: Side, words: string): void {
  const choices = choicesOf(side);
  const [layout, across, up, colour] = (words || inLetters(usual(side))).split("~");
  const has = (unit: string | undefined): boolean => Number(unit) in side.about.units;
  if (layoutsOf(side.about).some(({ name }) => name === layout)) choices.layout.value = layout!;
  if (colouringsOf(side.about).some(({ name }) => name === colour)) {
    // What is hidden are categories of the colouring before.
    if (choices.colour.peek() !== colour) choices.hidden.value = new Set();
    choices.colour.value = colour!;
  }
  if (has(across)) choices.across.value = Number(across);
  if (has(up)) choices.up.value = Number(up);
}

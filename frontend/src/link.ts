/**
 * The state of the page in its address, after the #, so that a link brings it back.
 *
 * Codes are kept exactly, as their float32 bytes; an own example and a group are kept where they
 * are small.
 */

import { batch, effect } from "@preact/signals";
import { journeyWords, takeJourney } from "./panels/journeys/choices";
import { choicesOf, takeWords, wordsOf } from "./panels/map/choices";
import { loosened, packed, unpacked } from "./packing";
import type { Side } from "./side";
import { Small } from "./small";
import { complain, main, picked, sides, tab, whenBack } from "./state";
import { TransportError, valuesOf } from "./transport/transport";
import { isNarrow } from "./ui/narrow";

/** Milliseconds after a change until the address follows: browsers refuse many changes a second. */
const CALM = 400;

/** Picked examples that a link holds at most: browsers and mail programs cut longer ones. */
export const LINKED = 200;

interface Kept {
  /** The knobs of each run, and what it is given. */
  z: (Float32Array | null)[];
  given: (number | null)[];
  example: number | null;
  own: string | null;
  draw: number | null;
  pins: number[];
  picked: number[];
  tab: string | null;
  map: string;
  hidden: number[];
  group: string | null;
  journey: string;
}

const own = new Small(() => {
  const shown = main.shown.value;
  return shown?.origin === "own" ? shown.from : null;
});

/** Each number of a group less the one before: small ones, of which many are alike. */
const group = new Small(() => {
  const members = choicesOf(main).group.value;
  return members && Float32Array.from(members, (index, i) => index - (i ? members[i - 1]! : 0));
});

/** How often something was brought back: only the last time counts. */
let times = 0;

/** Put in place what needs no model, before the page is seen. */
export function arrange(): void {
  settle(read(location.hash));
}

/** Open every side, and bring back what the address says. */
export async function restore(): Promise<void> {
  const kept = read(location.hash);
  await bring(
    kept,
    Promise.all(sides.map(open)),
  );
}

/** Open a side; when the server was lost meanwhile, again when it is back. */
async function open(side: Side): Promise<void> {
  try {
    await side.open();
  } catch (error) {
    if (!(error instanceof TransportError && error.what === "gone")) throw error;
    await new Promise<void>(whenBack);
    await open(side);
  }
}

/** What a link leaves unsaid is as it was when the page was opened. */
function settle(kept: Kept): void {
  const { about } = main;
  main.pins.value = kept.pins.filter((unit) => unit < about.units.length);
  picked.value = kept.picked.filter((index) => index < about.count);
  // Knobs are a tab where there is no column for them, and the one to begin with.
  tab.value = kept.tab ?? (isNarrow() ? "knobs" : "map");
  takeWords(main, kept.map);
  choicesOf(main).hidden.value = new Set(kept.hidden);
  takeJourney(kept.journey);
}

async function bring(kept: Kept, opened: Promise<unknown>): Promise<void> {
  const time = ++times;
  settle(kept);
  await opened;
  const [values, members] = await Promise.all([
    kept.own && loosened(kept.own, valuesOf(main.about)),
    kept.group && loosened(kept.group, main.about.count),
  ]);
  if (time !== times) return;
  choicesOf(main).group.value = members ? summed(members, main.about.count) : null;
  await Promise.all(sides.map((side, i) => show(side, i, kept, values || null)));
  if (time !== times) return;
  batch(() => {
    if (kept.draw !== null) main.setDraw(kept.draw);
    sides.forEach((side, i) => {
      const [z, given] = [codeOf(kept, side, i), givenOf(kept, side, i)];
      if (given !== undefined) side.setCondition(given);
      if (z) side.setCode(z);
    });
  });
}

/** Show a run the example of a link; its knobs stay where the link says where they are. */
async function show(
  side: Side,
  place: number,
  kept: Kept,
  values: Float32Array | null,
): Promise<void> {
  const condition = givenOf(kept, side, place);
  const how = {
    stay: codeOf(kept, side, place) !== null,
    ...(condition === undefined ? {} : { condition }),
  };
  if (values) {
    if (values.length === valuesOf(side.about)) await side.showValues(values, how).catch(complain);
    return;
  }
  // Without a link the first example is shown, so that there is something to turn the knobs from.
  const first = kept.z[0] ? kept.example : (kept.example ?? 0);
  if (first !== null && first < side.about.held) await side.showExample(first, how);
}

function codeOf(kept: Kept, { about }: Side, place: number): Float32Array | null {
  const z = kept.z[place] ?? null;
  return z?.length === about.units.length ? z : null;
}

/** What a link gives a run; undefined where it takes nothing, or not that. */
function givenOf(kept: Kept, { about }: Side, place: number): number | undefined {
  const [given, condition] = [kept.given[place] ?? null, about.condition];
  if (given === null || !condition) return undefined;
  return !condition.choices || given in condition.choices ? given : undefined;
}

/** The numbers of which these are the differences; null where one is not on the map. */
function summed(differences: Float32Array, count: number): Uint32Array | null {
  let sum = 0;
  const members = Uint32Array.from(differences, (by) => (sum += by));
  return members.length && members.every((index) => index < count) ? members : null;
}

/** From now on the address follows the page, and the page a link that is opened in its tab. */
export function keepLink(): void {
  // What the page itself writes does not tell it that the address has changed.
  addEventListener("hashchange", ({ newURL }) => {
    const kept = read(new URL(newURL).hash);
    if (kept.z[0] && kept.example === null && !kept.own) for (const side of sides) side.forget();
    if (kept.draw === null && main.draw.peek() !== null) main.setDraw(null);
    bring(kept, Promise.resolve()).catch(complain);
  });
  own.watch();
  group.watch();
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const hash = hashNow();
    clearTimeout(timer);
    timer = setTimeout(() => write(hash), CALM);
  });
}

/** A link to the page as it is now, and what it does not hold, in words. */
export async function link(): Promise<{ text: string; without: string[] }> {
  await Promise.all([own.settled(), group.settled()]);
  const text = location.href.replace(/#.*$/, "") + hashNow();
  const many = picked.peek().length - LINKED;
  const without = [
    ...(own.left() ? ["your own example, of which it holds the code alone"] : []),
    ...(many > 0
      ? [
          `${many.toLocaleString("en-GB")} picked examples: it holds the first ${LINKED} of them`,
        ]
      : []),
    ...(group.left() ? ["the group on the map, which is too large for it"] : []),
  ];
  return { text, without };
}

function write(hash: string): void {
  try {
    history.replaceState(null, "", hash);
  } catch {
    // Inside a notebook the page has no address of its own.
  }
}

function hashNow(): string {
  const words = new URLSearchParams();
  const say = (name: string, value: string | number | null | undefined): void => {
    if (value || value === 0) words.set(name, String(value));
  };
  sides.forEach((side, i) => {
    const name = i ? String(i + 1) : "";
    say(`z${name}`, packed(side.z.value));
    say(`given${name}`, side.condition.value);
  });
  say("example", main.shown.value?.index);
  say("own", own.letters());
  say("draw", main.draw.value);
  say("pins", distinct(main.pins.value).join("."));
  say("picked", distinct(picked.value).slice(0, LINKED).join("."));
  say("tab", tab.value);
  say("map", wordsOf(main));
  say("hidden", [...choicesOf(main).hidden.value].join("."));
  say("group", group.letters());
  say("journey", journeyWords());
  return `#${words}`;
}

function read(hash: string): Kept {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const each = (name: string): (string | null)[] => [words.get(name), words.get(`${name}2`)];
  return {
    z: each("z").map(unpacked),
    given: each("given").map(finite),
    example: whole(words.get("example")),
    own: words.get("own"),
    draw: whole(words.get("draw")),
    pins: list(words.get("pins")),
    picked: list(words.get("picked")),
    tab: words.get("tab"),
    map: words.get("map") ?? "",
    hidden: list(words.get("hidden")),
    group: words.get("group"),
    journey: words.get("journey") ?? "",
  };
}

function finite(text: string | null): number | null {
  const value = text ? Number(text) : NaN;
  return Number.isFinite(value) ? value : null;
}

function whole(text: string | null): number | null {
  const value = finite(text);
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function list(text: string | null): number[] {
  return distinct((text ?? "").split(".").flatMap((part) => whole(part) ?? []));
}

function distinct(numbers: number[]): number[] {
  return [...new Set(numbers)];
}

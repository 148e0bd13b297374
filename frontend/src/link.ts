/**
 * The state of the page in its address, after the #, so that a link brings it back.
 *
 * The code is kept exactly, as its float32 bytes; an own example is not kept, only its code.
 */

import { batch, effect } from "@preact/signals";
import { takeWords, wordsOf } from "./panels/map/choices";
import { complain, main, picked, sides, tab } from "./state";

/** Milliseconds after a change until the address follows: browsers refuse many changes a second. */
const CALM = 400;

/** Picked examples that a link holds at most: browsers and mail programs cut longer ones. */
export const LINKED = 200;

interface Kept {
  z: Float32Array | null;
  example: number | null;
  condition: number | null;
  draw: number | null;
  pins: number[];
  picked: number[];
  tab: string | null;
  map: string;
}

/** How often something was brought back: only the last time counts. */
let times = 0;

/** Open every side, and bring back what the address says. */
export async function restore(): Promise<void> {
  const kept = read(location.hash);
  await bring(
    kept,
    Promise.all(sides.map((side) => side.open())),
  );
}

async function bring(kept: Kept, opened: Promise<unknown>): Promise<void> {
  const time = ++times;
  const { about } = main;
  main.pins.value = kept.pins.filter((unit) => unit < about.units.length);
  picked.value = kept.picked.filter((index) => index < about.count);
  if (kept.tab) tab.value = kept.tab;
  takeWords(main, kept.map);
  await opened;
  if (time !== times) return;
  // Without a link the first example is shown, so that there is something to turn the knobs from.
  const first = kept.z ? kept.example : (kept.example ?? 0);
  const z = kept.z?.length === about.units.length ? kept.z : null;
  if (first !== null) {
    const all = sides.map((side) =>
      first < side.about.held ? side.showExample(first, side === main && z !== null) : null,
    );
    await Promise.all(all);
  }
  if (time !== times) return;
  batch(() => {
    if (kept.condition !== null && about.condition) main.setCondition(kept.condition);
    if (kept.draw !== null) main.setDraw(kept.draw);
    if (z) main.setCode(z);
  });
}

/** What a link leaves unsaid is as it was when the page was opened. */
function forget(kept: Kept): void {
  if (kept.z && kept.example === null) for (const side of sides) side.forget();
  if (kept.draw === null && main.draw.peek() !== null) main.setDraw(null);
  if (!kept.tab) tab.value = "map";
}

/** From now on the address follows the page, and the page a link that is opened in its tab. */
export function keepLink(): void {
  // What the page itself writes does not tell it that the address has changed.
  addEventListener("hashchange", ({ newURL }) => {
    const kept = read(new URL(newURL).hash);
    forget(kept);
    bring(kept, Promise.resolve()).catch(complain);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const hash = hashNow();
    clearTimeout(timer);
    timer = setTimeout(() => write(hash), CALM);
  });
}

/** How many of the picked examples a link leaves out. */
export function leftOut(): number {
  return Math.max(0, picked.value.length - LINKED);
}

/** A link to the page as it is now. */
export function link(): string {
  return location.href.replace(/#.*$/, "") + hashNow();
}

function write(hash: string): void {
  try {
    history.replaceState(null, "", hash);
  } catch {
    // Inside a notebook the page has no address of its own.
  }
}

function hashNow(): string {
  const shown = main.shown.value;
  const words = new URLSearchParams();
  words.set("z", packed(main.z.value));
  if (shown?.index != null) words.set("example", String(shown.index));
  if (main.condition.value !== null) words.set("given", String(main.condition.value));
  if (main.draw.value !== null) words.set("draw", String(main.draw.value));
  if (main.pins.value.length) words.set("pins", distinct(main.pins.value).join("."));
  if (picked.value.length) words.set("picked", distinct(picked.value).slice(0, LINKED).join("."));
  if (tab.value !== "map") words.set("tab", tab.value);
  if (wordsOf(main)) words.set("map", wordsOf(main));
  return `#${words}`;
}

function read(hash: string): Kept {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    z: unpacked(words.get("z")),
    example: whole(words.get("example")),
    condition: finite(words.get("given")),
    draw: whole(words.get("draw")),
    pins: list(words.get("pins")),
    picked: list(words.get("picked")),
    tab: words.get("tab"),
    map: words.get("map") ?? "",
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

/** The bytes of float32 numbers in letters that an address may hold. */
function packed(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function unpacked(text: string | null): Float32Array | null {
  if (!text) return null;
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    if (bytes.length % 4) return null;
    const values = new Float32Array(Uint8Array.from(bytes, (c) => c.charCodeAt(0)).buffer);
    return values.every(Number.isFinite) ? values : null;
  } catch {
    return null;
  }
}

/** What a person takes away: a link, pictures, animations, tables. */

import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { link } from "../../link";
import { rowOf, sheet } from "../../paint/sheets";
import type { Side } from "../../side";
import { complain, note, picked, served } from "../../state";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { FRAMES } from "../knobs/strips";
import { copy, fileName, png, save } from "./files";
import { gif } from "./gif";
import { pickedTable } from "./picked";
import { journeyFrames, knobFrames, STOPS } from "./ways";
import "./keep.css";

export function KeepMenu({ side }: { side: Side }) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open.value) return;
    const outside = ({ target }: Event): void => {
      if (!box.current?.contains(target as Node)) open.value = false;
    };
    const escape = ({ key }: KeyboardEvent): void => {
      if (key !== "Escape") return;
      open.value = false;
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", escape);
    };
  }, [open.value]);
  return (
    <div class="anchor" ref={box}>
      <button
        type="button"
        class="button"
        aria-expanded={open.value}
        aria-haspopup="dialog"
        onClick={() => (open.value = !open.value)}
      >
        <Icon name="save" /> Keep
      </button>
      {open.value && (
        <div class="popover keep" role="dialog" aria-label="Keep">
          <Choices side={side} />
        </div>
      )}
    </div>
  );
}

/** Whether an animation is being made: one at a time. */
const filming = signal(false);

/** Make an animation of frames, and save it. */
async function film(side: Side, frames: Promise<Float32Array[]>, name: string): Promise<void> {
  filming.value = true;
  try {
    save(await gif(await frames, side.about), fileName(side.about.run, name, "gif"));
  } finally {
    filming.value = false;
  }
}

/** Do something that takes a moment; its failure is said in words. */
function attempt(work: () => Promise<void>): void {
  work().catch(complain);
}

function Choices({ side }: { side: Side }) {
  const { about } = side;
  const basket = picked.value.filter((index) => index < about.count);
  const unheld = basket.filter((index) => index >= about.held).length;
  const unit = useSignal(side.turned.peek() ?? about.order[0] ?? 0);
  const name = side.nameOf(unit.value);
  const few = basket.length < 2 ? "Pick two or more examples on the map first." : null;
  const made = filming.value ? "An animation is being made: wait a moment." : null;
  return (
    <>
      <section>
        <h3>This state</h3>
        <div class="row">
          <Button onPress={() => attempt(copyLink)}>
            <Icon name="link" /> Copy link
          </Button>
          <Button onPress={() => attempt(() => savePicture(side))}>Picture (PNG)</Button>
        </div>
        <p class="muted small">
          The link brings back the knobs, the example, pins, picks, the journey, and the map's colours
          and group; not how far it is zoomed in.{" "}
          {served.value
            ? "It works for as long as this server runs: the next one has a link of its own."
            : "It opens this file where it is now: who does not have the file needs it, too."}
        </p>
      </section>
      <section>
        <h3>What a knob does</h3>
        <select
          class="field"
          aria-label="Knob"
          value={String(unit.value)}
          onChange={(event) => (unit.value = Number(event.currentTarget.value))}
        >
          {about.order.map((each) => (
            <option key={each} value={String(each)}>
              {side.nameOf(each)}
            </option>
          ))}
        </select>
        <div class="row">
          <Button
            onPress={() =>
              attempt(async () => {
                const frames = await knobFrames(side, unit.value, FRAMES);
                save(await png(rowOf(frames, about, 112)), fileName(about.run, name, "png"));
              })
            }
          >
            Strip (PNG)
          </Button>
          <Button
            whyNot={made}
            onPress={() => attempt(() => film(side, knobFrames(side, unit.value), name))}
          >
            Animation (GIF)
          </Button>
        </div>
      </section>
      <section>
        <h3>Picked examples ({basket.length})</h3>
        <div class="row">
          <Button
            whyNot={basket.length ? null : "Pick examples on the map first."}
            onPress={() =>
              attempt(async () => {
                const text = await pickedTable(side, basket);
                const table = new Blob([text], { type: "text/csv;charset=utf-8" });
                save(table, fileName(about.run, "picked", "csv"));
              })
            }
          >
            Codes (CSV)
          </Button>
          <Button
            whyNot={few ?? made}
            onPress={() => attempt(() => film(side, journeyFrames(side, basket), "journey"))}
          >
            Journey (GIF)
          </Button>
        </div>
        <p class="muted small">
          {basket.length
            ? `The table has a line for each: number, place in the data, ${about.labels ? "label, " : ""}code${about.kind === "table" ? ", columns" : ""}.`
            : "Nothing is picked yet: pick examples on the map or in Journeys."}
          {unheld > 0 &&
            ` This file holds the codes of ${unheld.toLocaleString("en-GB")} of them and not their values.`}
          {basket.length > STOPS &&
            ` The journey goes through the first ${STOPS} of them.`}
        </p>
      </section>
    </>
  );
}

async function copyLink(): Promise<void> {
  const { text, without } = await link();
  const but = without.length ? ` but for ${without.join("; and for ")}` : "";
  if (await copy(text)) note(`The link is copied. It brings back what the page shows now${but}.`);
  else throw new Error(`This browser did not let the page copy. The link is ${text}`);
}

async function savePicture(side: Side): Promise<void> {
  const values = side.picture.peek();
  if (!values) throw new Error("There is no picture yet: wait a moment.");
  save(await png(sheet(values, side.about)), fileName(side.about.run, "picture", "png"));
}

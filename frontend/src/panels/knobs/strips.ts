/**
 * Small pictures of what each knob does: decodes along one unit, the others as they are.
 *
 * They are made only while no hand moves a knob, in portions that take a few milliseconds, so that
 * the live picture never waits long for one of them; and only for the knobs that can be seen.
 */

import { batch, effect, signal, type Signal } from "@preact/signals";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { valuesOf } from "../../transport/transport";
import { decodeTurned, follows } from "../../turning";
import type { Ends } from "./effects";

/** Pictures in a strip. */
export const FRAMES = 8;

/** Milliseconds that a portion should take at most. */
const PORTION = 14;

interface Strip {
  frames: Signal<Float32Array[] | null>;
  /** Of tables: what there is to say in words. */
  ends: Signal<Ends | null>;
  /** The code and the condition that the frames were made with; null before the first. */
  made: { z: Float32Array; condition: number | null } | null;
}

const known = new WeakMap<Side, Strips>();

export function stripsOf(side: Side): Strips {
  const strips = known.get(side) ?? new Strips(side);
  known.set(side, strips);
  return strips;
}

/** The middle of each of equal parts of a knob's range: a picture stands under its place. */
export function places(side: Side, unit: number, count = FRAMES): number[] {
  const { low, high } = side.about.units[unit]!;
  return Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
}

/** Codes (count * units) that are z but for one unit. */
export function along(z: Float32Array, unit: number, values: number[]): Float32Array {
  const codes = new Float32Array(values.length * z.length);
  values.forEach((value, i) => {
    codes.set(z, i * z.length);
    codes[i * z.length + unit] = value;
  });
  return codes;
}

/** Cut values of several examples apart. */
export function apart(values: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: values.length / size }, (_, i) =>
    values.subarray(i * size, (i + 1) * size),
  );
}

export class Strips {
  private readonly strips: Strip[];
  private readonly seen = new Set<number>();
  private working = false;
  /** Milliseconds that one decode takes: a running mean. */
  private pace = 4;

  constructor(private readonly side: Side) {
    this.strips = side.about.units.map(() => ({
      frames: signal(null),
      ends: signal(null),
      made: null,
    }));
    effect(() => {
      void side.z.value;
      void side.condition.value;
      void this.work();
    });
  }

  of(unit: number): Signal<Float32Array[] | null> {
    return this.strips[unit]!.frames;
  }

  ends(unit: number): Signal<Ends | null> {
    return this.strips[unit]!.ends;
  }

  /** Whether a knob can be seen now. */
  look(unit: number, is: boolean): void {
    if (is) this.seen.add(unit);
    else this.seen.delete(unit);
    if (is) void this.work();
  }

  private async work(): Promise<void> {
    if (this.working || !this.side.z.peek().length) return;
    this.working = true;
    try {
      for (let unit = await this.next(); unit !== undefined; unit = await this.next()) {
        await this.make(unit);
      }
    } catch (error) {
      complain(error);
    } finally {
      this.working = false;
    }
  }

  private async next(): Promise<number | undefined> {
    await this.side.quiet();
    const { pins } = this.side;
    const order = [...pins.peek(), ...this.side.about.order];
    return order.find((unit) => this.seen.has(unit) && !this.fresh(unit));
  }

  /** Whether nothing but the unit itself has changed since. */
  private fresh(unit: number): boolean {
    const { made } = this.strips[unit]!;
    if (!made || made.condition !== this.side.condition.peek()) return false;
    const { about, transport } = this.side;
    const level = follows(transport, unit) ? about.units[unit]!.level : 0;
    // What the levels below are is of no matter to a unit that they follow.
    return this.side.z
      .peek()
      .every((value, i) => i === unit || value === made.z[i] || about.units[i]!.level < level);
  }

  private async make(unit: number): Promise<void> {
    const { side } = this;
    const [z, condition] = [side.z.peek(), side.condition.peek()];
    const values = places(side, unit);
    const frames: Float32Array[] = [];
    const turned: Float32Array[] = [];
    while (frames.length < values.length) {
      if (side.hurried) return;
      const count = Math.max(1, Math.min(FRAMES, Math.floor(PORTION / this.pace)));
      const part = values.slice(frames.length, frames.length + count);
      const begun = performance.now();
      const codes = along(z, unit, part);
      const how = { ...side.given, channel: "strips" };
      const { values: made, z: after } = await decodeTurned(side.transport, codes, unit, how);
      this.pace = 0.7 * this.pace + (0.3 * (performance.now() - begun)) / part.length;
      frames.push(...apart(made, valuesOf(side.about)));
      turned.push(...apart(after, z.length));
    }
    const ends = side.about.kind === "table" ? await this.endsOf(frames, turned) : null;
    const strip = this.strips[unit]!;
    strip.made = { z, condition };
    batch(() => {
      strip.frames.value = frames;
      strip.ends.value = ends;
    });
  }

  private async endsOf(frames: Float32Array[], codes: Float32Array[]): Promise<Ends> {
    const { transport, about, given } = this.side;
    const ends = <Of>(all: Of[]): [Of, Of] => [all[0]!, all[all.length - 1]!];
    const z = Float32Array.from(ends(codes).flatMap((code) => [...code]));
    const how = { ...given, channel: "ends" };
    const chances = about.can.chances === true ? await transport.chances?.(z, how) : undefined;
    return {
      values: ends(frames),
      chances: chances ? ends(apart(chances, chances.length / 2)) : null,
    };
  }
}

/** One run on the page: its code, the picture of it, and the example that is shown. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { Labels } from "./labels";
import { moved, painted } from "./moves";
import { complain } from "./messages";
import { Names } from "./names";
import { Showing, type Shown, type Subject } from "./showing";
import { Latest } from "./transport/latest";
import type { About, Condition, Transport, Turned } from "./transport/transport";
import { given } from "./transport/transport";
import { atHome, decodeTurned } from "./turning";

export type { Shown } from "./showing";

interface Asked {
  z: Float32Array;
  condition: Condition | null;
  draw: number | null;
  /** The unit that was turned, if it was one. */
  unit: number | null;
  move: number;
}

/** Milliseconds without a move after which there is time for everything that is not live. */
const QUIET = 180;

export class Side {
  readonly about: About;
  readonly z = signal<Float32Array>(new Float32Array());
  /** The decode of z: its mean, or a draw. */
  readonly picture = signal<Float32Array | null>(null);
  readonly shown: ReadonlySignal<Shown | null>;
  readonly condition = signal<Condition | null>(null);
  /** The seed of a draw from p(x|z), or null for its mean. */
  readonly draw = signal<number | null>(null);
  /** Units that stay at the top. */
  readonly pins = signal<number[]>([]);
  /** The unit whose knob was turned last. */
  readonly turned = signal<number | null>(null);
  readonly names: Names;

  private start: Float32Array = new Float32Array();
  private readonly labels: Labels;
  private readonly showing: Showing;
  private touched = 0;
  private readonly live: Latest<Asked, Turned>;

  constructor(readonly transport: Transport) {
    this.about = transport.about;
    this.labels = new Labels(transport);
    this.condition.value = this.about.condition?.default ?? null;
    this.names = new Names(transport);
    this.showing = new Showing(transport, {
      condition: this.condition,
      quiet: () => this.quiet(),
      taken: (code, picture) => {
        this.setCode(code);
        // The picture of this code is known already: nothing shows the old one for a moment.
        if (this.draw.peek() === null) this.picture.value = picture;
      },
    });
    this.shown = this.showing.shown;
    this.live = new Latest(
      ({ z, unit, condition, draw }) => {
        const how = { ...given(condition), ...(draw === null ? {} : { draw }), channel: "live" };
        return decodeTurned(transport, z, unit, how);
      },
      ({ values, z }, asked) => {
        this.picture.value = values;
        painted(asked.move);
        // Others have followed the unit that was turned, unless a hand has moved on meanwhile.
        if (z !== asked.z && this.z.peek() === asked.z) this.z.value = z;
      },
      complain,
    );
  }

  /** Ask for what everything else needs, and show the code to start from. */
  async open(): Promise<void> {
    const { parts, units } = this.about;
    const start = parts.start
      ? new Float32Array(await this.transport.part("start"))
      : Float32Array.from(units, ({ mean }) => mean);
    this.start = atHome(this.about, start);
    this.setCode(this.start);
    await this.labels.load();
  }

  /** Where a knob goes back to: the shown example's code, or the code to start from. */
  get home(): Float32Array {
    return this.shown.peek()?.code?.mean ?? this.start;
  }

  /** What is given to a conditional model along with a code or an example. */
  get given(): { condition?: Condition } {
    return given(this.condition.peek());
  }

  /** What is given along with an example: its own label, where that is what the model is given. */
  givenFor(index: number): { condition?: Condition } {
    return given(this.labels.condition(index) ?? this.condition.peek());
  }

  /** What people call a unit. */
  nameOf(unit: number): string {
    return this.names.of(unit);
  }

  /** What the data say an example is, in words; null where they say nothing, or nothing yet. */
  labelOf(index: number): string | null {
    return this.labels.words(index);
  }

  setUnit(unit: number, value: number): void {
    const z = this.z.peek().slice();
    z[unit] = value;
    this.turned.value = unit;
    this.z.value = atHome(this.about, z, unit);
    this.redraw(unit);
  }

  setCode(z: Float32Array): void {
    this.z.value = atHome(this.about, z.slice());
    this.redraw();
  }

  /** The same code, made with another condition; the shown example is seen anew under it. */
  setCondition(condition: Condition | null): void {
    if (condition === this.condition.peek()) return;
    this.condition.value = condition;
    this.redraw();
    this.showing.follow();
  }

  setDraw(seed: number | null): void {
    this.draw.value = seed;
    this.redraw();
  }

  resetUnit(unit: number): void {
    this.setUnit(unit, this.home[unit] ?? 0);
  }

  reset(): void {
    this.setCode(this.home);
  }

  /** Go to a code of the prior that nobody chose. */
  async random(seed: number): Promise<void> {
    try {
      this.setCode(await this.transport.sample(1, seed, this.given));
    } catch (error) {
      complain(error);
    }
  }

  /**
   * Show an example; the knobs go to its code, unless they are to stay.
   *
   * A conditional model is given the example's own label, where that is what it takes, unless
   * another condition is wanted.
   */
  async showExample(
    index: number,
    { stay = false, condition }: { stay?: boolean; condition?: Condition } = {},
  ): Promise<void> {
    try {
      const values = (): Promise<Float32Array> => this.transport.examples([index]);
      this.give(condition ?? this.labels.condition(index), stay);
      await this.showing.show({ values, origin: "data", index, stay });
    } catch (error) {
      complain(error);
    }
  }

  /** Show values of which the data need know nothing: an own example. Refused values throw. */
  async showValues(
    values: Float32Array,
    { stay = false, condition }: { stay?: boolean; condition?: Condition } = {},
  ): Promise<void> {
    this.give(condition ?? null, stay);
    await this.showing.show({ values, origin: "own", index: null, stay });
  }

  /** What is shown, or soon will be. */
  get subject(): Readonly<Subject> | null {
    return this.showing.subject;
  }

  /** Show no example any more; the knobs stay where they are. */
  forget(): void {
    this.showing.forget();
  }

  /** Ask again for what was asked while nobody answered. */
  resume(): void {
    this.redraw();
    this.showing.resume().catch(complain);
  }

  /** Resolve when no hand moves a knob and no live picture is awaited. */
  async quiet(): Promise<void> {
    for (;;) {
      const rest = this.touched + QUIET - performance.now();
      if (rest <= 0 && this.live.idle) return;
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 20)));
    }
  }

  /** Whether a hand is moving a knob, or a live picture is awaited. */
  get hurried(): boolean {
    return !this.live.idle || performance.now() - this.touched < QUIET;
  }

  /** Give the model what an example comes with; knobs that stay are seen with it at once. */
  private give(condition: Condition | null, stay: boolean): void {
    if (condition === null || condition === this.condition.peek()) return;
    this.condition.value = condition;
    if (stay) this.redraw();
  }

  /** Ask for the picture of the code. */
  redraw(unit: number | null = null): void {
    this.touched = performance.now();
    this.live.send({
      z: this.z.peek(),
      condition: this.condition.peek(),
      draw: this.draw.peek(),
      unit,
      move: moved(),
    });
  }
}

/** The example that a run shows: what it is, its code, its reconstruction and its numbers. */

import { batch, signal } from "@preact/signals";
import { complain } from "./messages";
import { Latest } from "./transport/latest";
import type { Condition, Score, Transport } from "./transport/transport";
import { given, whyNot } from "./transport/transport";

export interface Shown {
  /** As the model sees it. */
  values: Float32Array;
  /** As it was given: before what the model was trained on is made of it. */
  from: Float32Array;
  origin: "data" | "own";
  index: number | null;
  /** What the model was given along with it: all that follows is of that. */
  condition: Condition | null;
  code: { mean: Float32Array; sd: Float32Array } | null;
  /** The decode of the code's mean. */
  reconstruction: Float32Array | null;
  score: Score | null;
}

/** What is to be shown. */
export interface Subject extends Pick<Shown, "origin" | "index"> {
  /** As they were given, or what asks for them. */
  values: Float32Array | (() => Promise<Float32Array>);
  /** Whether the knobs stay where they are. */
  stay: boolean;
}

/** What the run does for it. */
interface Stage {
  readonly condition: { peek(): Condition | null };
  /** Take a code that was found, and the picture of it. */
  taken(code: Float32Array, picture: Float32Array | null): void;
  /** Resolve when there is time for what is not live. */
  quiet(): Promise<void>;
}

export class Showing {
  readonly shown = signal<Shown | null>(null);

  /** What is shown, or soon will be. */
  subject: Subject | null = null;
  /** The subject, once it is what is shown. */
  private here: Subject | null = null;
  /** Only the answer to what was asked for last counts. */
  private turn = 0;
  private readonly following = new Latest<void, void>(
    async () => {
      if (this.subject) await this.show(this.subject);
    },
    () => undefined,
    complain,
  );

  constructor(
    private readonly transport: Transport,
    private readonly stage: Stage,
  ) {}

  /** Show an example, under the run's condition. */
  async show(subject: Subject): Promise<void> {
    const turn = ++this.turn;
    this.subject = subject;
    const { transport, stage } = this;
    const { about } = transport;
    const values =
      typeof subject.values === "function" ? await subject.values() : subject.values;
    if (turn !== this.turn) return;
    const condition = stage.condition.peek();
    const { origin, index } = subject;
    const shown: Shown = {
      values,
      from: values,
      origin,
      index,
      condition,
      code: null,
      reconstruction: null,
      score: null,
    };
    if (!whyNot(about, "encode")) {
      const { mean, sd, seen } = await transport.encode(values, given(condition));
      if (turn !== this.turn) return;
      shown.code = { mean, sd };
      shown.values = again(seen, this.shown.peek()?.values);
      shown.reconstruction = await transport.decode(mean, given(condition));
    }
    if (turn !== this.turn) return;
    const { stay } = subject;
    // Who asks for it anew asks what it is under another condition: the knobs then stay.
    this.subject = this.here = { ...subject, values, stay: true };
    batch(() => {
      this.shown.value = shown;
      if (shown.code && !stay) stage.taken(shown.code.mean, shown.reconstruction);
    });
    void this.judge(shown, turn);
  }

  /** Another condition: the code, the reconstruction and all numbers are others. */
  follow(): void {
    const shown = this.shown.peek();
    // Numbers of another condition are not left beside the new one.
    if (shown?.score) this.shown.value = { ...shown, score: null };
    this.following.send();
  }

  /** Ask again for what nobody answered. */
  async resume(): Promise<void> {
    const shown = this.shown.peek();
    if (this.subject && this.subject !== this.here) await this.show(this.subject);
    else if (shown && !shown.score) await this.judge(shown, this.turn);
  }

  forget(): void {
    this.turn++;
    this.subject = this.here = null;
    this.shown.value = null;
  }

  /** Add its log-likelihood numbers to what is shown, when there is time. */
  private async judge(shown: Shown, turn: number): Promise<void> {
    if (whyNot(this.transport.about, "score")) return;
    try {
      await this.stage.quiet();
      if (turn !== this.turn) return;
      const score = await this.transport.score(shown.values, given(shown.condition));
      if (turn === this.turn) this.shown.value = { ...shown, score };
    } catch (error) {
      complain(error);
    }
  }
}

/** The array that was there before, where it holds the same: nothing is then painted anew. */
function again(now: Float32Array, before: Float32Array | undefined): Float32Array {
  return before?.length === now.length && now.every((value, i) => value === before[i])
    ? before
    : now;
}

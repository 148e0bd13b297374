/** A run's graphs, run one at a time inside the page. */

import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { breath } from "../breath";
import type { RunFile } from "./inlined";
import { bytesOf } from "./inlined";
import { TransportError } from "./transport";

/** Milliseconds that the page may be busy in one go, so that a hand is not kept waiting. */
const BUSY = 8;
/** The name that graphs know the file with their weights by. */
const WEIGHTS = "weights.bin";

export type Inputs = Record<string, { values: Float32Array; shape: number[] }>;
export type Outputs = Record<string, Float32Array>;

let ready: Promise<void> | null = null;
let lastOpening: Promise<unknown> = Promise.resolve();

/** Unpack what runs graphs: once for all of them. */
export function startRuntime(id: string): Promise<void> {
  ready ??= (async () => {
    env.wasm.wasmBinary = await bytesOf(id);
    env.wasm.numThreads = 1;
    env.logLevel = "error";
  })();
  return ready;
}

export class Graphs {
  private readonly sessions = new Map<string, Promise<InferenceSession>>();
  private weights: Promise<Uint8Array> | null = null;
  private last: Promise<unknown> = Promise.resolve();
  /** Milliseconds that a row takes, by graph. */
  private readonly cost = new Map<string, number>();

  constructor(private readonly file: RunFile) {}

  has(name: string): boolean {
    return name in this.file.graphs;
  }

  /** Random numbers in each row of a graph's noise. */
  columns(name: string): number {
    return this.file.noise[name] ?? 0;
  }

  /** Make a graph ready to answer. */
  open(name: string): Promise<InferenceSession> {
    let session = this.sessions.get(name);
    if (!session) {
      session = this.load(name);
      this.sessions.set(name, session);
    }
    return session;
  }

  /** Answer; one graph runs at a time, in the order in which they were asked. */
  async run(name: string, inputs: Inputs): Promise<Outputs> {
    const session = await this.open(name);
    const feeds: Record<string, Tensor> = {};
    for (const [key, { values, shape }] of Object.entries(inputs)) {
      feeds[`in.${key}`] = new Tensor("float32", values, shape);
    }
    // A run before that failed has told whoever asked for it.
    const turn = this.last.catch(() => undefined).then(() => session.run(feeds));
    this.last = turn;
    const found = await turn;
    const outputs: Outputs = {};
    for (const [key, tensor] of Object.entries(found)) {
      outputs[key.slice("out.".length)] = tensor.data as Float32Array;
    }
    return outputs;
  }

  /**
   * Answer for many rows, some at a time, with room between them for what is more urgent.
   *
   * `inputs` makes the inputs of rows `start` to `stop`, and `take` gets their outputs.
   */
  async rows(
    name: string,
    count: number,
    inputs: (start: number, stop: number) => Inputs,
    take: (outputs: Outputs, start: number, stop: number) => void,
  ): Promise<void> {
    await this.open(name);
    for (let start = 0; start < count; ) {
      const cost = this.cost.get(name);
      const fit = cost === undefined ? 1 : Math.max(1, Math.floor(BUSY / cost));
      const stop = Math.min(count, start + fit);
      const begun = performance.now();
      take(await this.run(name, inputs(start, stop)), start, stop);
      const each = (performance.now() - begun) / (stop - start);
      this.cost.set(name, Math.max(cost === undefined ? each : (cost + each) / 2, 1e-4));
      start = stop;
      if (start < count) await breath();
    }
  }

  async close(): Promise<void> {
    await this.last.catch(() => undefined);
    for (const session of this.sessions.values()) void (await session).release();
    this.sessions.clear();
  }

  private async load(name: string): Promise<InferenceSession> {
    const id = this.file.graphs[name];
    if (!id) throw new TransportError("This file was made without what answers that.", "impossible");
    this.weights ??= bytesOf(this.file.weights);
    const [graph, weights] = await Promise.all([bytesOf(id), this.weights]);
    // One after the other: the runtime knows weights by their name alone while it reads them, and
    // those of two runs have the same name.
    const opening = lastOpening
      .catch(() => undefined)
      .then(() =>
        InferenceSession.create(graph, {
          executionProviders: ["wasm"],
          externalData: [{ path: WEIGHTS, data: weights }],
        }),
      );
    lastOpening = opening;
    return opening;
  }
}

/** Rows `start` to `stop` of an array, as an input. */
export function rows(values: Float32Array, width: number, start: number, stop: number): Inputs[string] {
  return { values: values.subarray(start * width, stop * width), shape: [stop - start, width] };
}

export function only(outputs: Outputs, name: string): Float32Array {
  const found = outputs[name];
  if (!found) throw new TransportError(`The model's answer lacks '${name}'.`, "damaged");
  return found;
}

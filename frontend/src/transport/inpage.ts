/** The model inside the page: no server answers, and nothing leaves the machine. */

import { normal, uniform } from "../maths/random";
import { note } from "../messages";
import { admit } from "./admission";
import type { Inputs, Outputs } from "./graphs";
import { Graphs, only, rows, startRuntime } from "./graphs";
import type { RunFile } from "./inlined";
import { inlined, numbersOf } from "./inlined";
import { keep, kept } from "./names";
import { joined, Neighbours } from "./neighbours";
import { read } from "./reading";
import { Terms } from "./terms";
import type {
  About,
  Encoded,
  How,
  Neighbour,
  Score,
  Transport,
  Turned,
  Verb,
} from "./transport";
import { TransportError, valuesOf, whyNot } from "./transport";

export async function openInPage(about: About, run: number): Promise<Transport> {
  const { files, runtime } = inlined();
  const file = files?.[run];
  if (!file) {
    throw new TransportError(`This page was made without the model of '${about.run}'.`, "damaged");
  }
  const names = kept(file.key);
  const units = about.units.map((unit) => ({
    ...unit,
    name: unit.label in names ? names[unit.label] || null : unit.name,
  }));
  const transport = new InPageTransport({ ...about, units }, file);
  await startRuntime(runtime);
  await transport.warmUp();
  // Whoever knows how can ask the model from the browser's console: elbowroom[0].decode(z).
  const shelf = globalThis as typeof globalThis & { elbowroom?: Transport[] };
  shelf.elbowroom ??= [];
  shelf.elbowroom[run] = transport;
  return transport;
}

class InPageTransport implements Transport {
  readonly turn?: (
    z: Float32Array,
    unit: number,
    how?: How & { draw?: number },
  ) => Promise<Turned>;

  private readonly graphs: Graphs;
  private readonly values: number;
  private readonly units: number;
  private readonly arrays = new Map<string, Promise<Float32Array>>();
  private readonly neighbours: Neighbours;
  private noise: { key: string; values: Float32Array } | null = null;

  constructor(
    readonly about: About,
    private readonly file: RunFile,
  ) {
    this.graphs = new Graphs(file);
    this.values = valuesOf(about);
    this.units = about.units.length;
    this.neighbours = new Neighbours(this.graphs, this.values, () => this.array("examples"));
    if (this.graphs.has("turn-0")) this.turn = (z, unit, how) => this.turned(z, unit, how);
  }

  /** Do once what a hand will ask for: the first time of anything is slow. */
  async warmUp(): Promise<void> {
    const start = await this.part("start");
    for (let i = 0; i < 3; i++) await this.decode(start);
  }

  async decode(z: Float32Array, how: How & { draw?: number } = {}): Promise<Float32Array> {
    const { draw } = how;
    this.check(draw === undefined ? "decode" : "draw");
    const count = z.length / this.units;
    const name = draw === undefined ? "decode" : "draw";
    const columns = this.graphs.columns(name);
    const noise = draw === undefined ? null : this.normals(draw, count * columns);
    const inputs = (start: number, stop: number): Inputs => ({
      z: rows(z, this.units, start, stop),
      ...(noise && { noise: rows(noise, columns, start, stop) }),
      ...this.given(how, stop - start),
    });
    if (count === 1) return only(await this.graphs.run(name, inputs(0, 1)), "x");
    const values = new Float32Array(count * this.values);
    await this.graphs.rows(name, count, inputs, (outputs, start) => {
      values.set(only(outputs, "x"), start * this.values);
    });
    return values;
  }

  async encode(x: Float32Array, how: How = {}): Promise<Encoded> {
    this.check("encode");
    admit(x, this.about);
    const found = await this.graphs.run("encode", {
      x: rows(x, this.values, 0, 1),
      ...this.given(how, 1),
    });
    return { mean: only(found, "mean"), sd: only(found, "sd"), seen: only(found, "seen") };
  }

  async score(
    x: Float32Array,
    how: How & { samples?: number; seed?: number } = {},
  ): Promise<Score> {
    const { samples = 256, seed = 0 } = how;
    const terms = new Terms(samples, this.units);
    await this.drawn("score", x, samples, seed, how, (outputs, start) => {
      terms.take(outputs, start);
    });
    return terms.score();
  }

  async sample(count: number, seed: number, _how: How = {}): Promise<Float32Array> {
    const prior = await this.part("prior");
    const draws = prior.length / this.units;
    const next = uniform(seed);
    const codes = new Float32Array(count * this.units);
    for (let i = 0; i < count; i++) {
      const at = Math.floor(next() * draws) * this.units;
      codes.set(prior.subarray(at, at + this.units), i * this.units);
    }
    return codes;
  }

  async around(
    x: Float32Array,
    count: number,
    seed: number,
    how: How = {},
  ): Promise<Float32Array> {
    const codes = new Float32Array(count * this.units);
    await this.drawn("around", x, count, seed, how, (outputs, start) => {
      codes.set(only(outputs, "codes"), start * this.units);
    });
    return codes;
  }

  async chances(z: Float32Array, how: How = {}): Promise<Float32Array> {
    this.check("chances");
    const count = z.length / this.units;
    const parts: Float32Array[] = [];
    await this.graphs.rows(
      "chances",
      count,
      (start, stop) => ({
        z: rows(z, this.units, start, stop),
        ...this.given(how, stop - start),
      }),
      (outputs) => parts.push(only(outputs, "chances")),
    );
    return joined(parts);
  }

  async examples(indices: number[]): Promise<Float32Array> {
    const held = await this.array("examples");
    const values = new Float32Array(indices.length * this.values);
    indices.forEach((index, i) => {
      if (!(index >= 0 && index < this.about.held)) {
        throw new TransportError(
          `This file holds the first ${this.about.held.toLocaleString("en-GB")} examples only.`,
          "bad-argument",
        );
      }
      values.set(held.subarray(index * this.values, (index + 1) * this.values), i * this.values);
    });
    return values;
  }

  async nearest(x: Float32Array, count: number): Promise<Neighbour[]> {
    this.check("nearest");
    admit(x, this.about);
    return this.neighbours.nearest(x, count);
  }

  async part(name: string): Promise<Float32Array> {
    return this.array(name);
  }

  async read(file: Blob): Promise<Float32Array> {
    this.check("read");
    return read(file, this.about, this.file.resize);
  }

  async rename(unit: number, name: string): Promise<void> {
    const label = this.about.units[unit]?.label;
    if (label !== undefined && !keep(this.file.key, label, name)) {
      note("This browser keeps nothing for this page: the name is lost when the page is closed.");
    }
  }

  close(): void {
    void this.graphs.close();
  }

  /** Ask about draws from q(z|x) of one example, some at a time. */
  private async drawn(
    name: "score" | "around",
    x: Float32Array,
    count: number,
    seed: number,
    how: How,
    take: (outputs: Outputs, start: number) => void,
  ): Promise<void> {
    this.check(name);
    admit(x, this.about);
    const columns = this.graphs.columns(name);
    const noise = normal(uniform(seed), count * columns);
    const inputs = (start: number, stop: number): Inputs => ({
      x: rows(x, this.values, 0, 1),
      noise: rows(noise, columns, start, stop),
      ...this.given(how, 1),
    });
    await this.graphs.rows(name, count, inputs, take);
  }

  private async turned(
    z: Float32Array,
    unit: number,
    how: How & { draw?: number } = {},
  ): Promise<Turned> {
    const levels = this.about.levels ?? [];
    const place = levels.findIndex(({ first, count }) => unit >= first && unit < first + count);
    const name = `turn-${place}`;
    const count = z.length / this.units;
    const values = new Float32Array(count * this.values);
    const codes = new Float32Array(z.length);
    await this.graphs.rows(
      name,
      count,
      (start, stop) => ({
        z: rows(z, this.units, start, stop),
        ...this.given(how, stop - start),
      }),
      (outputs, start) => {
        values.set(only(outputs, "x"), start * this.values);
        codes.set(only(outputs, "turned"), start * this.units);
      },
    );
    return { values: how.draw === undefined ? values : await this.decode(codes, how), z: codes };
  }

  private array(name: string): Promise<Float32Array> {
    const packed = this.file.arrays[name];
    if (!packed) {
      return Promise.reject(new TransportError(`This file has no part '${name}'.`, "bad-argument"));
    }
    let found = this.arrays.get(name);
    if (!found) {
      found = numbersOf(packed);
      this.arrays.set(name, found);
    }
    return found;
  }

  /** The condition of each row, for a conditional model. */
  private given({ condition }: How, count: number): Inputs {
    if (!this.about.condition) return {};
    const value = condition ?? this.about.condition.default;
    return { condition: { values: new Float32Array(count).fill(value), shape: [count] } };
  }

  /** Noise by a seed; the same as last time costs nothing, which is what a dragged knob asks for. */
  private normals(seed: number, count: number): Float32Array {
    const key = `${seed}:${count}`;
    if (this.noise?.key !== key) {
      this.noise = { key, values: normal(uniform(seed), count) };
    }
    return this.noise.values;
  }

  private check(verb: Verb): void {
    const reason = whyNot(this.about, verb);
    if (reason) throw new TransportError(reason, "impossible");
  }
}

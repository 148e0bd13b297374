/** The examples of a file that are nearest to one. */

import type { Graphs } from "./graphs";
import { only, rows } from "./graphs";
import type { Neighbour } from "./transport";

export class Neighbours {
  private features: Promise<Float32Array> | null = null;

  constructor(
    private readonly graphs: Graphs,
    private readonly values: number,
    private readonly examples: () => Promise<Float32Array>,
  ) {}

  async nearest(x: Float32Array, count: number): Promise<Neighbour[]> {
    this.features ??= this.examples().then((held) => this.see(held));
    const [all, sought] = await Promise.all([this.features, this.see(x)]);
    const found = Array.from({ length: all.length / sought.length }, (_, index) => {
      let sum = 0;
      for (let i = 0; i < sought.length; i++) {
        sum += (all[index * sought.length + i]! - sought[i]!) ** 2;
      }
      return { index, distance: Math.sqrt(sum) };
    });
    return found.sort((a, b) => a.distance - b.distance).slice(0, count);
  }

  /** Examples as vectors whose distances are theirs. */
  private async see(x: Float32Array): Promise<Float32Array> {
    const parts: Float32Array[] = [];
    await this.graphs.rows(
      "see",
      x.length / this.values,
      (start, stop) => ({ x: rows(x, this.values, start, stop) }),
      (outputs) => parts.push(only(outputs, "features")),
    );
    return joined(parts);
  }
}

export function joined(parts: Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The faces of a group: the decode of its mean code, and the mean of its examples. */

import { meanOfRows } from "../../maths/arithmetic";
import { placed } from "../../paint/columns";
import type { Side } from "../../side";
import { valuesOf } from "../../transport/transport";

/** Examples averaged at most, and asked for at once. */
export const AVERAGED = 256;
const AT_ONCE = 64;

export interface Faces {
  readonly code: Float32Array;
  readonly decode: Float32Array;
  /** Null where the page holds none of them. */
  readonly mean: Float32Array | null;
  /** How many examples `mean` is the mean of. */
  readonly averaged: number;
}

export async function facesOf(side: Side, codes: Float32Array, group: Uint32Array): Promise<Faces> {
  const { transport, about } = side;
  const code = meanOfRows(codes, group, about.units.length);
  const held = [...group.filter((index) => index < about.held).slice(0, AVERAGED)];
  const [decode, mean] = await Promise.all([
    transport.decode(code, { ...side.given, channel: "group" }),
    held.length ? meanExample(side, held) : null,
  ]);
  return { code, decode, mean, averaged: held.length };
}

async function meanExample({ transport, about }: Side, indices: number[]): Promise<Float32Array> {
  const width = valuesOf(about);
  const rows: Float32Array[] = [];
  for (let start = 0; start < indices.length; start += AT_ONCE) {
    rows.push(await transport.examples(indices.slice(start, start + AT_ONCE)));
  }
  const all = new Float32Array(indices.length * width);
  rows.forEach((some, turn) => all.set(some, turn * AT_ONCE * width));
  const every = indices.map((_, i) => i);
  const mean = meanOfRows(all, every, width);
  // Names have no mean: the commonest stands for the group.
  for (const { column, at } of placed(about)) {
    if (column.kind === "category")
      mean[at] = commonest(every.map((i) => all[i * width + at]!));
  }
  return mean;
}

function commonest(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

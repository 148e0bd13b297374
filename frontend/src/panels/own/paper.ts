/** What is paper and what is ink in small grey pictures: as in the data. */

import { useEffect, useState } from "preact/hooks";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { connected } from "../../state";
import { type About, valuesOf } from "../../transport/transport";

/** The value of an empty pixel, and that of a full one. */
export interface Paper {
  readonly paper: number;
  readonly ink: number;
}

const ASKED = 32;

/** Paper is the middle value of the outermost pixels of some examples; ink the end farther from it. */
export function usePaper(side: Side): Paper {
  const { low, high } = side.about.range;
  const [found, setFound] = useState<Paper>({ paper: low, ink: high });
  const there = connected.value;
  useEffect(() => {
    const count = Math.min(ASKED, side.about.held);
    if (!count || !there) return;
    const indices = Array.from({ length: count }, (_, i) => i);
    side.transport
      .examples(indices)
      .then((values) => setFound(paperOf(values, side.about)), complain);
  }, [side, there]);
  return found;
}

export function paperOf(values: Float32Array, about: About): Paper {
  const [, height = 1, width = 1] = about.shape;
  const size = valuesOf(about);
  const outermost = values.filter((_, at) => {
    const [y, x] = [Math.floor((at % size) / width), at % width];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  const paper = outermost.sort()[outermost.length >> 1] ?? about.range.low;
  const { low, high } = about.range;
  return { paper, ink: paper - low > high - paper ? low : high };
}

/** Coverage 0..1 as values. */
export function asValues(coverage: Float32Array, { paper, ink }: Paper): Float32Array {
  return coverage.map((share) => paper + (ink - paper) * share);
}

/** Values as coverage 0..1. */
export function asCoverage(values: Float32Array, { paper, ink }: Paper): Float32Array {
  return values.map((value) => Math.max(0, Math.min(1, (value - paper) / (ink - paper))));
}

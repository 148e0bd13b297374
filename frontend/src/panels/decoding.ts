/** Codes as pictures, where several are shown at once. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { complain } from "../messages";
import type { Side } from "../side";
import { connected } from "../state";
import { Latest } from "../transport/latest";
import { type Condition, valuesOf } from "../transport/transport";
import { atHome } from "../turning";

interface Asked {
  codes: Float32Array;
  condition: Condition | null;
}

/**
 * The decodes of some codes (n * units), one array each: null until they are there. While new ones
 * are awaited the old ones stay, if there are as many.
 */
export function useDecoded(
  side: Side,
  codes: Float32Array | null,
  channel: string,
): Float32Array[] | null {
  const [values, setValues] = useState<Float32Array | null>(null);
  const condition = side.condition.value;
  // What was asked while the server was away got no answer.
  const there = connected.value;
  const latest = useMemo(
    () =>
      new Latest<Asked, Float32Array>(
        (asked) =>
          side.transport.decode(atHome(side.about, asked.codes), {
            ...(asked.condition === null ? {} : { condition: asked.condition }),
            channel,
          }),
        setValues,
        complain,
      ),
    [side, channel],
  );
  useEffect(() => {
    if (codes?.length && there) latest.send({ codes, condition });
  }, [latest, codes, condition, there]);
  const width = valuesOf(side.about);
  const count = codes ? codes.length / side.about.units.length : 0;
  return useMemo(
    () =>
      count && values?.length === count * width
        ? Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width))
        : null,
    [values, count, width],
  );
}

/** What a person makes is shown as it is made: encoded, decoded and judged. */

import { useMemo } from "preact/hooks";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { Latest } from "../../transport/latest";

/**
 * Show values as an own example, or with null no own example any more; while one is being encoded,
 * only the newest of the next is kept. `refused` is told why values were not taken.
 */
export function useLive(
  side: Side,
  refused: (error: unknown, values: Float32Array) => void = complain,
): (values: Float32Array | null) => void {
  return useMemo(() => {
    const latest = new Latest<Float32Array | null, void>(
      async (values) => {
        if (values) await side.showValues(values).catch((error) => refused(error, values));
        else if (side.shown.peek()?.origin === "own") side.forget();
      },
      () => undefined,
      complain,
    );
    return (values) => latest.send(values);
  }, [side]);
}

/** What a person makes is shown as it is made: encoded, decoded and judged. */

import { useMemo } from "preact/hooks";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { Latest } from "../../transport/latest";

/** Show values as an own example; while one is being encoded, only the newest of the next is kept. */
export function useLive(side: Side): (values: Float32Array) => void {
  return useMemo(() => {
    const latest = new Latest<Float32Array, void>(
      (values) => side.showValues(values, "own"),
      () => undefined,
      complain,
    );
    return (values) => latest.send(values);
  }, [side]);
}

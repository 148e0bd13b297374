/** What values an example may have at all. */

import type { About } from "./transport";
import { TransportError } from "./transport";

/** Refuse values that no example could have; those that have a neighbour that is, graphs move. */
export function admit(x: Float32Array, about: About): void {
  if (!x.every(Number.isFinite)) {
    throw new TransportError("A value is not a finite number; leave no field empty.", "bad-data");
  }
  about.columns?.forEach(({ kind, name }, i) => {
    const value = x[i]!;
    if (kind === "positive" ? value <= 0 : kind === "count" && value < 0) {
      const wanted = kind === "positive" ? "a number above 0" : "0 or a positive whole number";
      throw new TransportError(`${value} does not belong in '${name}': it takes ${wanted}.`, "bad-data");
    }
  });
}

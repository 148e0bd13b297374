/** An example of the data becomes the shown one. */

import { row } from "../maths/arithmetic";
import { note } from "../messages";
import type { Side } from "../side";
import { part } from "./parts";

/** Show an example; of one whose values the page does not hold, only the code is there to take. */
export function take(side: Side, index: number): void {
  if (index < side.about.held) {
    void side.showExample(index);
    return;
  }
  const codes = part(side, "codes").peek();
  if (!codes) {
    note("The codes are not there yet: wait a moment.");
    return;
  }
  side.forget();
  side.setCode(row(codes, index, side.about.units.length));
  note(
    "This file holds the code of this example and not the example itself: the knobs are set to its code.",
  );
}

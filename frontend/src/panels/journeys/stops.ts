/** The codes of the picked examples, and the middle that a spherical way goes around. */

import { row } from "../../maths/arithmetic";
import type { Side } from "../../side";
import { picked } from "../../state";
import { part } from "../parts";

/** Codes of the picked examples, in their order: means of q(z|x). Null until they are known. */
export function stopsOf(side: Side): Float32Array[] | null {
  const codes = part(side, "codes").value;
  const { count, units } = side.about;
  return (
    codes &&
    picked.value.filter((index) => index < count).map((index) => row(codes, index, units.length))
  );
}

/** The prior's mean; where it has none that is known, the mean of the aggregate posterior. */
export function centreOf({ about }: Side): Float32Array {
  return Float32Array.from(about.units, ({ prior, mean }) => prior?.mean ?? mean);
}

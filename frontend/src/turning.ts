/** Codes as the model knows them, and decoding codes in which one unit was turned. */

import { onSphere } from "./maths/sphere";
import type { About, How, Transport, Turned } from "./transport/transport";

/**
 * Codes (n * units) brought back to where the model's codes lie: on the sphere, if the topmost
 * level's do. A unit that was turned stays where it was put.
 */
export function atHome(about: About, codes: Float32Array, turned: number | null = null): Float32Array {
  if (about.space !== "sphere") return codes;
  const units = about.units.length;
  const { first, count } = about.levels?.[0] ?? { first: 0, count: units };
  return onSphere(codes, units, [first, count], turned);
}

/**
 * Whether other units follow when this one is turned.
 *
 * In a ladder of levels the picture depends on the levels above only through the lowest: turning a
 * unit there means that those below become what the prior expects of them given it.
 */
export function follows({ about, turn }: Transport, unit: number): boolean {
  const lowest = Math.min(...about.units.map(({ level }) => level));
  return turn !== undefined && about.units[unit]!.level > lowest;
}

/** Decode codes (n * units); where others follow the unit that was turned, say to which codes. */
export async function decodeTurned(
  transport: Transport,
  codes: Float32Array,
  unit: number | null,
  how: How & { draw?: number },
): Promise<Turned> {
  const z = atHome(transport.about, codes, unit);
  if (unit === null || !transport.turn || !follows(transport, unit)) {
    return { values: await transport.decode(z, how), z };
  }
  return transport.turn(z, unit, how);
}

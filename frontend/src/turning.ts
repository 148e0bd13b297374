/** Decoding codes in which one unit was turned. */

import type { How, Transport, Turned } from "./transport/transport";

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
  z: Float32Array,
  unit: number | null,
  how: How & { draw?: number },
): Promise<Turned> {
  if (unit === null || !transport.turn || !follows(transport, unit)) {
    return { values: await transport.decode(z, how), z };
  }
  return transport.turn(z, unit, how);
}

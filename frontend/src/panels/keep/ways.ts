/** Ways through the latent space whose pictures can be kept. */

import { row } from "../../maths/arithmetic";
import { along as journey } from "../../maths/interpolation";
import type { Side } from "../../side";
import { valuesOf } from "../../transport/transport";
import { atHome, decodeTurned } from "../../turning";
import { wayOf } from "../journeys/choices";
import { centreOf } from "../journeys/stops";
import { along, apart, places } from "../knobs/strips";
import { whole } from "../parts";
import { framesOf, portions } from "./portions";

/** Frames of an animation of one knob. */
const KNOB = 24;

/** Picked examples that an animation goes through at most: as many as there are letters. */
export const STOPS = 26;

/** Decodes along one unit, the others as they are. */
export async function knobFrames(side: Side, unit: number, count = KNOB): Promise<Float32Array[]> {
  const codes = along(side.z.peek(), unit, places(side, unit, count));
  const { values } = await decodeTurned(side.transport, codes, unit, side.given);
  return apart(values, valuesOf(side.about));
}

/** Decodes on the way that Journeys goes, from each picked example to the next. */
export async function journeyFrames(side: Side, indices: number[]): Promise<Float32Array[]> {
  const { about } = side;
  const known = await whole(side, "codes");
  const stops = indices.slice(0, STOPS).map((index) => row(known, index, about.units.length));
  const legs = stops.length - 1;
  const leg = framesOf(legs);
  const [way, centre] = [wayOf(about), centreOf(side)];
  const codes = Array.from({ length: leg * legs + 1 }, (_, step) =>
    atHome(about, journey(stops, step / leg, way, centre)),
  );
  return decoded(side, codes);
}

async function decoded(
  { transport, about, given }: Side,
  codes: Float32Array[],
): Promise<Float32Array[]> {
  const size = valuesOf(about);
  const frames: Float32Array[] = [];
  for (const some of portions(codes, size)) {
    const flat = new Float32Array(some.length * about.units.length);
    some.forEach((code, i) => flat.set(code, i * about.units.length));
    frames.push(...apart(await transport.decode(flat, given), size));
  }
  return frames;
}

/** Ways through the latent space whose pictures can be kept. */

import { along as journey } from "../../maths/interpolation";
import type { Side } from "../../side";
import { valuesOf } from "../../transport/transport";
import { decodeTurned } from "../../turning";
import { along, apart, places } from "../knobs/strips";

/** Frames of an animation of one knob, and of each leg of a journey. */
const KNOB = 24;
const LEG = 16;

/** Decodes along one unit, the others as they are. */
export async function knobFrames(side: Side, unit: number, count = KNOB): Promise<Float32Array[]> {
  const codes = along(side.z.peek(), unit, places(side, unit, count));
  const { values } = await decodeTurned(side.transport, codes, unit, side.given);
  return apart(values, valuesOf(side.about));
}

/** Decodes on the straight way from each picked example to the next. */
export async function journeyFrames(side: Side, indices: number[]): Promise<Float32Array[]> {
  const { transport, about } = side;
  const examples = apart(await transport.examples(indices), valuesOf(about));
  const stops: Float32Array[] = [];
  for (const [i, values] of examples.entries()) {
    stops.push((await transport.encode(values, side.givenFor(indices[i]!))).mean);
  }
  const steps = LEG * (stops.length - 1);
  const codes = new Float32Array((steps + 1) * about.units.length);
  const centre = new Float32Array(about.units.length);
  for (let step = 0; step <= steps; step++) {
    codes.set(journey(stops, step / LEG, "straight", centre), step * about.units.length);
  }
  return apart(await transport.decode(codes, side.given), valuesOf(about));
}

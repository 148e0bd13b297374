/** From the terms that a graph gives for each draw of a code to the numbers of one example. */

import { weigh } from "../maths/evidence";
import type { Outputs } from "./graphs";
import { only } from "./graphs";
import type { Score } from "./transport";

/** The terms of one example's log-likelihood, for many draws of its code. */
export class Terms {
  private readonly logWeights: Float64Array;
  private readonly bounds: Float64Array;
  private readonly rates: Float64Array;
  private rate = 0;
  private distortion = 0;

  constructor(
    private readonly samples: number,
    units: number,
  ) {
    this.logWeights = new Float64Array(samples);
    this.bounds = new Float64Array(samples);
    this.rates = new Float64Array(units);
  }

  take(outputs: Outputs, start: number): void {
    const [logWeights, distortions, rates, each] = ["log_w", "distortion", "rate", "rates"].map(
      (name) => only(outputs, name),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const units = this.rates.length;
    for (let i = 0; i < logWeights.length; i++) {
      this.logWeights[start + i] = logWeights[i]!;
      this.bounds[start + i] = -(distortions[i]! + rates[i]!);
      this.distortion += distortions[i]! / this.samples;
      this.rate += rates[i]! / this.samples;
      for (let unit = 0; unit < units; unit++) {
        this.rates[unit]! += each[i * units + unit]! / this.samples;
      }
    }
  }

  score(): Score {
    const elbo = -(this.distortion + this.rate);
    const scatter = this.bounds.reduce((sum, bound) => sum + (bound - elbo) ** 2, 0);
    const { value, error, samples, trusted, note: said } = weigh(this.logWeights);
    return {
      rates: Float32Array.from(this.rates),
      rate: this.rate,
      distortion: this.distortion,
      elbo,
      elboError: Math.sqrt(scatter / (this.samples - 1) / this.samples),
      logEvidence: { value, error, samples, trusted, note: said },
      unit: "nats",
    };
  }
}

/** From the terms that a graph gives for each draw of a code to the numbers of one example. */

import { weigh } from "../maths/evidence";
import type { Outputs } from "./graphs";
import { only } from "./graphs";
import type { Score } from "./transport";

/** The terms of one example's log-likelihood, for many draws of its code. */
export class Terms {
  private readonly logWeights: Float64Array;
  private readonly distortions: Float64Array;
  private readonly eachRate: Float64Array;
  private readonly rates: Float64Array;

  constructor(
    private readonly samples: number,
    units: number,
  ) {
    this.logWeights = new Float64Array(samples);
    this.distortions = new Float64Array(samples);
    this.eachRate = new Float64Array(samples);
    this.rates = new Float64Array(units);
  }

  take(outputs: Outputs, start: number): void {
    const [logWeights, distortions, rates, each] = ["log_w", "distortion", "rate", "rates"].map(
      (name) => only(outputs, name),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const units = this.rates.length;
    this.logWeights.set(logWeights, start);
    this.distortions.set(distortions, start);
    this.eachRate.set(rates, start);
    for (let i = 0; i < logWeights.length; i++) {
      for (let unit = 0; unit < units; unit++) {
        this.rates[unit]! += each[i * units + unit]! / this.samples;
      }
    }
  }

  score(): Score {
    const rate = average(this.eachRate);
    const distortion = average(this.distortions);
    const elbo = average(this.distortions.map((of, i) => -(of + this.eachRate[i]!)));
    const { value, error, samples, trusted, note: said } = weigh(this.logWeights);
    return {
      rates: Float32Array.from(this.rates),
      rate: rate.value,
      rateError: rate.error,
      distortion: distortion.value,
      distortionError: distortion.error,
      elbo: elbo.value,
      elboError: elbo.error,
      logEvidence: { value, error, samples, trusted, note: said },
      unit: "nats",
    };
  }
}

/** A mean and its standard error; 0 of draws that differ by no more than float32 rounds. */
function average(draws: Float64Array): { value: number; error: number } {
  const value = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const scatter = draws.reduce((sum, draw) => sum + (draw - value) ** 2, 0);
  const error = Math.sqrt(scatter / (draws.length - 1) / draws.length);
  return { value, error: error < 1e-7 * Math.abs(value) ? 0 : error };
}

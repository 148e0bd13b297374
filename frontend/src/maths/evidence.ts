/**
 * Log evidence from importance weights, with its error, and whether the two can be trusted.
 *
 * log p(x) is estimated by log 1/K sum w. With f = (sum w)^2 / (K sum w^2) its standard error is
 * sqrt((1/f - 1) / (K - 1)). Whether K weights are enough is judged by the shape k of the
 * generalised Pareto distribution that fits the largest of them (Zhang & Stephens 2009; Vehtari et
 * al. 2024): the same as elbowroom.evidence does.
 */

export interface Weighed {
  value: number;
  error: number;
  samples: number;
  k: number;
  trusted: boolean;
  note: string;
}

/** Estimate log p(x) from K log-weights. */
export function weigh(logWeights: Float64Array): Weighed {
  const samples = logWeights.length;
  const top = logWeights.reduce((most, w) => Math.max(most, w), Number.NEGATIVE_INFINITY);
  let sum = 0;
  let squares = 0;
  for (const w of logWeights) {
    const share = Math.exp(w - top);
    sum += share;
    squares += share * share;
  }
  const excess = Math.max((samples * squares) / (sum * sum) - 1, 0);
  const k = paretoK(logWeights);
  const limit = threshold(samples);
  const trusted = !(k > limit || Number.isNaN(k));
  return {
    value: top + Math.log(sum / samples),
    error: Math.sqrt(excess / (samples - 1)),
    samples,
    k,
    trusted,
    note: noteOf(samples, k, limit, trusted),
  };
}

/** The k above which K samples are too few. */
export function threshold(samples: number): number {
  return samples > 10 ? Math.min(1 - 1 / Math.log10(samples), 0.7) : 0;
}

/** The shape of the largest weights; NaN for too few, -Infinity where they are all alike. */
export function paretoK(logWeights: Float64Array): number {
  const samples = logWeights.length;
  const tail = Math.floor(Math.min(0.2 * samples, 3 * Math.sqrt(samples)));
  if (tail < 5) return Number.NaN;
  const largest = logWeights
    .slice()
    .sort()
    .subarray(samples - tail - 1);
  const end = largest[tail]!;
  const floor = Math.exp(largest[0]! - end);
  const excess = largest.subarray(1).map((w) => Math.max(Math.exp(w - end) - floor, 0));
  // Weights that agree to a hundredth do no harm whatever their shape.
  if (!(excess[tail - 1]! > 0.01)) return Number.NEGATIVE_INFINITY;
  const k = fitted(excess);
  return (k * tail + 0.5 * 10) / (tail + 10);
}

/** Zhang & Stephens' average over theta = -k / sigma, weighted by its profile likelihood. */
function fitted(x: Float64Array): number {
  const n = x.length;
  const grid = 30 + Math.floor(Math.sqrt(n));
  const quartile = Math.max(x[Math.floor(n / 4 + 0.5) - 1]!, Number.MIN_VALUE);
  const thetas = Array.from(
    { length: grid },
    (_, i) => 1 / x[n - 1]! + (1 - Math.sqrt(grid / (i + 0.5))) / (3 * quartile),
  );
  const profile = thetas.map((theta) => {
    const k = shape(theta, x);
    const value = n * (Math.log(-theta / k) - k - 1);
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  });
  const best = Math.max(...profile);
  const weights = profile.map((value) => Math.exp(value - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const theta = thetas.reduce((sum, at, i) => sum + (at * weights[i]!) / total, 0);
  return shape(theta, x);
}

function shape(theta: number, x: Float64Array): number {
  return x.reduce((sum, value) => sum + Math.log1p(-theta * value), 0) / x.length;
}

function noteOf(samples: number, k: number, limit: number, trusted: boolean): string {
  const codes = samples.toLocaleString("en-GB");
  const spoken = Number.isNaN(k) ? "unknown" : Number.isFinite(k) ? k.toFixed(2) : "very small";
  return trusted
    ? `${codes} codes were drawn from q(z|x) and weighted. No few of them carry the sum (Pareto k ` +
        `${spoken}, below ${limit.toFixed(2)}): value and error can be trusted.`
    : `A few of the ${codes} codes carry the sum (Pareto k ${spoken}, above ${limit.toFixed(2)}): ` +
        "the true value may lie far above, and the error says too little. More codes may help.";
}

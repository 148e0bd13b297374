/**
 * What the page asks of a trained model, whoever answers: a server, or the page itself.
 *
 * All values are in the units of the data (pixels 0 to levels - 1, table columns as in the file),
 * float32, one example after another, row-major. A code holds the units of all levels, joined.
 */

/** A class number or a quantity that a conditional model is given. */
export type Condition = number;

export interface How {
  /** Given to a conditional model. */
  condition?: Condition;
  /** Requests of one channel replace each other: only the latest is worth answering. */
  channel?: string;
}

export interface Transport {
  readonly about: About;
  /** Decode codes (n * units) to examples (n * values): the mean of p(x|z), or with a seed a draw. */
  decode(z: Float32Array, how?: How & { draw?: number }): Promise<Float32Array>;
  /**
   * Decode codes in which a unit was turned, and say what that did to the levels below it; only of
   * models with several levels.
   */
  turn?(z: Float32Array, unit: number, how?: How & { draw?: number }): Promise<Turned>;
  /** Encode one example: mean and standard deviation of q(z|x), and x as the model sees it. */
  encode(x: Float32Array, how?: How): Promise<Encoded>;
  /** Log-likelihood numbers of one example. */
  score(x: Float32Array, how?: How & { samples?: number; seed?: number }): Promise<Score>;
  /** Draw codes (count * units) from the prior. */
  sample(count: number, seed: number, how?: How): Promise<Float32Array>;
  /** Draw codes (count * units) from q(z|x), the cloud of one example; not of every model. */
  around?(x: Float32Array, count: number, seed: number, how?: How): Promise<Float32Array>;
  /**
   * Decode codes (n * units) to the probability of every choice of every column that has choices,
   * (n * total), in the columns' order; of tables with such columns alone.
   */
  chances?(z: Float32Array, how?: How): Promise<Float32Array>;
  /** Examples by index, as the model sees them. */
  examples(indices: number[]): Promise<Float32Array>;
  /** The nearest examples of the data: Euclidean distance in preprocessed space. */
  nearest(x: Float32Array, count: number): Promise<Neighbour[]>;
  /** A larger array of about.parts, by name. */
  part(name: string): Promise<Float32Array>;
  /** An image file as values, resized and converted as in training. */
  read(file: Blob): Promise<Float32Array>;
  /** Give a unit a name, and keep it; "" takes it away. */
  rename(unit: number, name: string): Promise<void>;
  close(): void;
}

export interface Encoded {
  mean: Float32Array;
  sd: Float32Array;
  seen: Float32Array;
}

export interface Turned {
  values: Float32Array;
  z: Float32Array;
}

export interface Neighbour {
  index: number;
  distance: number;
}

export interface Score {
  /** Nats for each unit; NaN where the rate does not split. */
  rates: Float32Array;
  rate: number;
  distortion: number;
  elbo: number;
  /** Standard errors, where these are averages over draws; 0 where they are in closed form. */
  rateError?: number | null;
  distortionError?: number | null;
  elboError?: number | null;
  logEvidence: LogEvidence | null;
  unit: "nats";
}

export interface LogEvidence {
  value: number;
  error: number;
  samples: number;
  trusted: boolean;
  note: string;
}

export interface About {
  format: 1;
  run: string;
  data: string;
  split: string;
  /** The model in a sentence. */
  model: string;
  formula: string;
  /** What log p(x) is the logarithm of; numbers of unlike measures are never compared. */
  measure?: Measure;
  kind: "image" | "table";
  /** [C, H, W] or [D]. */
  shape: number[];
  /** What is black and what is white. */
  range: { low: number; high: number; levels: number | null };
  columns: Column[] | null;
  units: Unit[];
  /** Units, most used first. */
  order: number[];
  /** The levels of codes, top first. */
  levels?: { name: string; first: number; count: number }[];
  /** Where the codes of the topmost level lie. */
  space?: "real" | "sphere";
  condition: ConditionAbout | null;
  probabilistic: boolean;
  /** How many examples are on the map. */
  count: number;
  /** How many of them, from the first, can be asked for with examples(). */
  held: number;
  labels: { name: string; choices: string[] | null } | null;
  factors: { name: string; kind: string; choices: string[] | null }[];
  parts: Record<string, PartAbout>;
  /** True, or the sentence that says why not. */
  can: Partial<Record<Verb, true | string>>;
}

export type Measure = "counting" | "lebesgue" | "mixed";

export type Verb =
  | "encode"
  | "decode"
  | "draw"
  | "score"
  | "evidence"
  | "sample"
  | "around"
  | "chances"
  | "nearest"
  | "read"
  | "rename"
  | "save";

export interface ConditionAbout {
  name: string;
  choices: string[] | null;
  low?: number;
  high?: number;
  default: number;
}

export interface PartAbout {
  shape: number[];
  title: string;
  unit?: string;
  help?: string;
  categories?: string[];
}

export interface Unit {
  index: number;
  /** "0", or "2_3": unit 3 of level 2. */
  label: string;
  level: number;
  /** Nats, the average over the data; null where the rate does not split. */
  rate: number | null;
  active: boolean;
  /** First and 99th percentile, mean and standard deviation of the aggregate posterior. */
  low: number;
  high: number;
  mean: number;
  sd: number;
  prior: { mean: number; sd: number } | null;
  name: string | null;
  help: string;
}

export interface Column {
  name: string;
  kind: "real" | "count" | "binary" | "category" | "ordinal" | "positive";
  /** First and 99th percentile in the data. */
  low: number;
  high: number;
  mean: number;
  sd: number;
  choices: string[] | null;
  /** The commonest choice, by its number; of columns with choices. */
  mode?: number | null;
}

/** What went wrong, as a sentence for people and a kind for programs. */
export class TransportError extends Error {
  constructor(
    message: string,
    readonly what: string,
  ) {
    super(message);
    this.name = "TransportError";
  }
}

/** How many numbers one example has. */
export function valuesOf(about: About): number {
  return about.shape.reduce((product, size) => product * size, 1);
}

/** What goes along with a request for a condition. */
export function given(condition: Condition | null): { condition?: Condition } {
  return condition === null ? {} : { condition };
}

/** Why the model cannot do this, or null where it can. */
export function whyNot(about: About, verb: Verb): string | null {
  const can = about.can[verb];
  return can === true ? null : (can ?? "This model cannot do that.");
}

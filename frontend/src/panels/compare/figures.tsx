/** The numbers of two runs on one example, and which of them explains it better. */

import { figure, measured, type Measured } from "../../maths/measured";
import { gap, verdict } from "../../maths/verdict";
import type { Side } from "../../side";
import { type Score, whyNot } from "../../transport/transport";
import { Tip } from "../../ui/tip";
import { unlike } from "./sameness";

type Two<Of> = readonly [Of, Of];

interface Kind {
  name: string;
  words: string;
  formula: string;
  of(score: Score): Measured | null;
}

const FIGURES: Kind[] = [
  {
    name: "How much the code tells",
    words:
      "The rate: how many nats the code holds about this example, beyond what the prior says of every example.",
    formula: "rate = KL( q(z|x) ‖ p(z) )",
    of: ({ rate, rateError }) => ({ value: rate, error: rateError ?? 0 }),
  },
  {
    name: "What it leaves untold",
    words:
      "The distortion: how surprised the decoder still is by the example when it is told its code.",
    formula: "distortion = − average over q(z|x) of log p(x|z)",
    of: ({ distortion, distortionError }) => ({ value: distortion, error: distortionError ?? 0 }),
  },
  {
    name: "A floor for its log-likelihood",
    words: "The evidence lower bound (ELBO).",
    formula: "ELBO = − rate − distortion ≤ log p(x)",
    of: ({ elbo, elboError }) => ({ value: elbo, error: elboError ?? 0 }),
  },
  {
    name: "Its log-likelihood",
    words:
      "The log evidence by importance sampling, with its standard error: what the runs are compared by.",
    formula: "log p(x) ≈ log of the average over k draws of p(x, z) / q(z|x)",
    of: ({ logEvidence }) => logEvidence,
  },
];

export function Figures({ sides, names }: { sides: Two<Side>; names: Two<string> }) {
  const whys = sides.flatMap(({ about }, i) =>
    whyNot(about, "score") ? [`${names[i]}: ${whyNot(about, "score")}`] : [],
  );
  const [a, b] = sides.map((side) => side.shown.value?.score ?? null);
  return (
    <>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">in nats</th>
            <th scope="col" class="cut">
              {names[0]}
            </th>
            <th scope="col" class="cut">
              {names[1]}
            </th>
            <th scope="col">second less first</th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map((figure) => (
            <Line key={figure.name} figure={figure} scores={[a ?? null, b ?? null]} />
          ))}
        </tbody>
      </table>
      {whys.length ? (
        <p class="muted small">{whys.join(" ")}</p>
      ) : (
        <Verdict
          scores={[a ?? null, b ?? null]}
          names={names}
          unlike={unlike(sides[0].about, sides[1].about)}
        />
      )}
    </>
  );
}

function Line({ figure, scores }: { figure: Kind; scores: Two<Score | null> }) {
  const [a, b] = scores.map((score) => score && figure.of(score));
  const apart = a && b ? gap(a, b) : null;
  return (
    <tr>
      <th scope="row">
        <Tip words={figure.words} formula={figure.formula}>
          {figure.name}
        </Tip>
      </th>
      {[a && measured(a), b && measured(b), apart && difference(apart)].map((text, i) => (
        <td key={i} class="number">
          {text ? <Figure text={text} /> : <span class="skeleton number-to-come" />}
        </td>
      ))}
    </tr>
  );
}

/** A number and its error, which goes to a line of its own where the column is narrow. */
function Figure({ text }: { text: string }) {
  const [value, error] = text.split(" ± ");
  return (
    <>
      <span>{value}</span>
      {error && (
        <>
          {" "}
          <span>± {error}</span>
        </>
      )}
    </>
  );
}

function Verdict({
  scores: [a, b],
  names,
  unlike,
}: {
  scores: Two<Score | null>;
  names: Two<string>;
  unlike: string | null;
}) {
  if (unlike) return <p class="verdict">{unlike}</p>;
  const [ours, theirs] = [a?.logEvidence, b?.logEvidence];
  if (!ours || !theirs)
    return (
      <p class="verdict" aria-busy="true">
        Estimating the log-likelihoods
      </p>
    );
  const doubtful = [ours, theirs].flatMap(({ trusted }, i) => (trusted ? [] : [names[i]]));
  const Said = doubtful.length ? "span" : "strong";
  return (
    <p class="verdict" role="status">
      <Said class="said">{verdict(ours, theirs, names)}</Said>{" "}
      {doubtful.length > 0 &&
        `But the estimate of ${doubtful.join(" and of ")} cannot be trusted: a few draws carry it, and the true value may lie far above. `}
      <span class="muted">
        This is one example;{" "}
        <code>elbowroom compare RUN OTHER</code>, with the folders of the two runs, compares them on
        all of them.
      </span>
    </p>
  );
}

/** With its sign; of numbers that are not to be trusted only roughly. */
function difference({ value, error, trusted }: Measured): string {
  const text = trusted === false ? figure(value) : measured({ value, error });
  const signed = value > 0 && !/^0\.0($| )/.test(text) ? `+${text}` : text;
  return trusted === false ? `roughly ${signed}` : signed;
}

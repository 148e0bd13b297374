/** What the model's bookkeeping says of the shown example, in words; formulas on hover and focus. */

import type { ComponentChildren } from "preact";
import { measured } from "../../maths/measured";
import type { Side } from "../../side";
import { whyNot, type LogEvidence, type Score } from "../../transport/transport";
import { Tip } from "../../ui/tip";

export function Numbers({ side, score }: { side: Side; score: Score | null }) {
  const why = whyNot(side.about, "score");
  if (why) return <p class="muted small why">{why}</p>;
  return (
    <dl class="numbers" aria-busy={score === null}>
      <Entry
        name="How much the code tells"
        words="The rate: how many nats of information the code holds about this example, beyond what the prior says of every example. One nat is 1.44 bits."
        formula="rate = KL( q(z|x) ‖ p(z) )"
      >
        {nats(score?.rate, score?.rateError)}
      </Entry>
      <Entry
        name="What it leaves untold"
        words="The distortion: how surprised the decoder still is by the example when it is told its code. Smaller is better; for continuous data it can be negative."
        formula="distortion = − average over q(z|x) of log p(x|z)"
      >
        {nats(score?.distortion, score?.distortionError)}
      </Entry>
      <Entry
        name="A floor for its log-likelihood"
        words="The evidence lower bound (ELBO): the model gives this example at least this log-probability. It is what training raises."
        formula="ELBO = − rate − distortion ≤ log p(x)"
      >
        {nats(score?.elbo, score?.elboError)}
      </Entry>
      <Entry
        name="Its log-likelihood"
        words={evidence(score)}
        aside={<Trust of={score?.logEvidence ?? null} />}
        formula="log p(x) ≈ log of the average over k draws of p(x, z) / q(z|x)"
      >
        {score && !score.logEvidence ? (
          <span class="muted small">not estimated</span>
        ) : (
          <Estimate of={score?.logEvidence ?? null} />
        )}
      </Entry>
    </dl>
  );
}

function Entry(props: {
  name: string;
  words: string;
  formula: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <div>
      <dt>
        <Tip words={props.words} formula={props.formula}>
          {props.name}
        </Tip>
        {props.aside}
      </dt>
      <dd class="number">{props.children}</dd>
    </div>
  );
}

function Estimate({ of }: { of: LogEvidence | null }) {
  return of ? inNats(measured(of)) : nats(undefined);
}

function Trust({ of }: { of: LogEvidence | null }) {
  if (!of) return null;
  return of.trusted ? (
    <span class="trust good">trusted</span>
  ) : (
    <span class="trust look">not sure</span>
  );
}

function evidence(score: Score | null): string {
  const start = "The log evidence: the log-probability that the model gives this example.";
  const of = score?.logEvidence;
  if (!of) return start;
  return `${start} ${of.note}`;
}

function nats(value: number | undefined, error?: number | null) {
  if (value === undefined) return <span class="skeleton number-to-come" />;
  return inNats(measured({ value, error: error ?? 0 }));
}

function inNats(text: string) {
  return (
    <>
      {text} <small>nats</small>
    </>
  );
}

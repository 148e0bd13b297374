/** The words of the help, from what to try first to the numbers. */

import type { About } from "../../transport/transport";
import { drawable } from "../own/own";

export function Beginning({ about }: { about: About }) {
  const examples = about.kind === "image" ? "images" : "rows of a table";
  return (
    <>
      <p>
        A variational autoencoder has looked at many {examples} ({about.data}) and learned to
        describe each with a short list of numbers, its <b>code</b>, and to make an example from any
        such list. This page lets you turn those numbers by hand and see what each of them does.
      </p>
      <p class="muted">{about.model}</p>
      <section>
        <h3>What to try first</h3>
        <ol>
          <li>
            Drag the first knob from end to end and watch the{" "}
            {about.kind === "image" ? "picture" : "row"}. Does it change one thing, or many at once?
          </li>
          <li>Give it a name if you find one: click on its name, type, press Enter.</li>
          <li>
            Press <b>Random code</b> a few times: this is what the model makes up by itself.
          </li>
          <li>
            Click a point on the map. The knobs go to that example's code, and you see what the
            model keeps of it and what it leaves out.
          </li>
          {about.units.some(({ active }) => !active) && (
            <li>Open the knobs that training switched off: turning them changes nothing.</li>
          )}
        </ol>
      </section>
    </>
  );
}

const THINGS: [name: string, meaning: string, formula: string | null][] = [
  [
    "Code",
    "The short list of numbers that stands for an example. The encoder does not give one list but a small cloud of them, because it is not sure; the shaded band on a knob shows how wide the cloud is for the example that is shown.",
    "q(z|x)",
  ],
  [
    "Knob",
    "One number of the code. Its ends are where 98 % of the data's codes lie. The line on it is the place of the example that is shown.",
    "zᵢ",
  ],
  [
    "Prior",
    "What codes are like before any example is seen: the model's idea of which codes there are. Codes drawn from it give made-up examples.",
    "p(z)",
  ],
  [
    "Decoder",
    "Makes an example from a code. It says how likely every example is; 'Average' shows the mean of that, 'One draw' an example drawn from it.",
    "p(x|z)",
  ],
  [
    "Switched off",
    "A unit whose number is the same cloud for every example, so that it tells nothing. Training does this to units that are not worth their price.",
    null,
  ],
];

export function Things({ about }: { about: About }) {
  const meant = about.probabilistic ? THINGS : THINGS.slice(0, 2);
  return <Glossary title="The words" entries={meant} />;
}

const NUMBERS: typeof THINGS = [
  [
    "How much the code tells",
    "The rate, in nats (one nat is 1.44 bits): how much information about this example its code holds beyond what the prior says of every example. Knobs are ordered by it.",
    "KL( q(z|x) ‖ p(z) )",
  ],
  [
    "What it leaves untold",
    "The distortion: how surprised the decoder still is by the example when it knows the code.",
    "− average over q(z|x) of log p(x|z)",
  ],
  [
    "A floor for its log-likelihood",
    "The evidence lower bound: minus the two numbers above. Training raises it.",
    "ELBO ≤ log p(x)",
  ],
  [
    "Its log-likelihood",
    "How probable the model finds this example, estimated with many draws. The number after ± is the estimate's standard error; 'not sure' says that a few draws decided it, so that the truth may well be higher.",
    "log p(x)",
  ],
];

export function Numbers({ about }: { about: About }) {
  return about.probabilistic ? <Glossary title="The numbers" entries={NUMBERS} /> : null;
}

function Glossary({ title, entries }: { title: string; entries: typeof THINGS }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {entries.map(([name, meaning, formula]) => (
          <div key={name}>
            <dt>
              {name}
              {formula && <span class="formula muted">{formula}</span>}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Panels({ several }: { several: boolean }) {
  return (
    <section>
      <h3>The panels</h3>
      <dl>
        <div>
          <dt>Map</dt>
          <dd>
            Every point is an example, placed by its code: neighbours have similar codes. Point at
            one to see it and what its code is decoded to; click on it and the knobs go to its code.
            With a finger, touch it and press Show. Choose above what the places and the colours
            mean; click on a colour below the map to hide those examples.
          </dd>
        </div>
        <div>
          <dt>A group on the map</dt>
          <dd>
            Hold Shift and draw around some points, or press the button with the loop and draw. You
            see the face that their mean code decodes to, and by which knobs they differ from the
            rest.
          </dd>
        </div>
        <div>
          <dt>Picking</dt>
          <dd>
            Picked examples are those that journeys, arithmetic and the table of codes are made of.
            Point at one on the map and press P, press Pick on its card, or show one and press "Pick
            the shown one" in Journeys. On the map they carry the letters A, B, C.
          </dd>
        </div>
        <div>
          <dt>Journeys</dt>
          <dd>
            Walk from one example to another, add and subtract examples, look around one, and find
            the nearest real example to what you made: is it new, or a copy?
          </dd>
        </div>
        <div>
          <dt>Your own example</dt>
          <dd>
            {several
              ? "Drop or draw an image and see what the model makes of it."
              : "Change the numbers of a row and see what the model makes of it."}
          </dd>
        </div>
        <div>
          <dt>Compare</dt>
          <dd>
            Two runs on the same example: what each makes of it, where each is wrong, and which one
            finds it more probable. It needs a second run; the panel says how to open two.
          </dd>
        </div>
        <div>
          <dt>Keep</dt>
          <dd>A link to exactly this state, pictures, animations, and codes as a table.</dd>
        </div>
      </dl>
    </section>
  );
}

type Key = [keys: string[], does: string];

const KNOB: Key[] = [
  [["←", "→"], "turn the knob a little"],
  [["Page Up", "Page Down"], "turn it more"],
  [["Home", "End"], "to its ends"],
  [["0"], "bring it back (as a double click does)"],
  [["Tab"], "to the next knob"],
];

const MAP: Key[] = [
  [["←", "→", "↑", "↓"], "to the next point that way"],
  [["Enter"], "show the example: the knobs go to its code"],
  [["P"], "pick it, or put it back; also for the point under the pointer"],
  [["+", "−"], "closer, farther (as the wheel or two fingers do)"],
  [["0"], "show everything"],
  [["Shift", "← → ↑ ↓"], "move the map (as dragging does)"],
  [["Esc"], "put the card away, then the group"],
];

const DRAWN: Key[] = [
  [["←", "→", "↑", "↓"], "move the brush"],
  [["Space"], "a dot where the brush is"],
  [["Shift", "← → ↑ ↓"], "a line as the brush goes"],
];

const READ: Key[] = [
  [["←", "→"], "from one to the next, with its numbers"],
  [["Home", "End"], "to the first and the last"],
];

export function Keys({ about }: { about: About }) {
  return (
    <section>
      <h3>Keys</h3>
      <p>Tab goes from one thing to the next; the keys work on the one that has the ring.</p>
      <KeysOf thing="On a knob" keys={KNOB} />
      <KeysOf thing="On the map" keys={MAP} />
      {drawable(about) && <KeysOf thing="On the paper to draw on" keys={DRAWN} />}
      <KeysOf
        thing={about.kind === "table" ? "On curves and on the bars of the knobs" : "On the bars of the knobs"}
        keys={READ}
      />
    </section>
  );
}

function KeysOf({ thing, keys }: { thing: string; keys: Key[] }) {
  return (
    <>
      <h4>{thing}</h4>
      <dl class="keys">
        {keys.map(([each, does]) => (
          <div key={does}>
            <dt>
              {each.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

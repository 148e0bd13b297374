/** The picture: what the model makes of the knobs, and the example that it is held against. */

import type { Shown, Side } from "../../side";
import { whyNot } from "../../transport/transport";
import { Tip } from "../../ui/tip";
import { Against } from "./against";
import { Examples, MeanOrDraw } from "./bar";
import { Live } from "./live";
import { Numbers } from "./numbers";
import { Profile } from "./profile";
import { Rates } from "./rates";
import "./picture.css";

export function PicturePanel({ side }: { side: Side }) {
  const { about } = side;
  const shown = side.shown.value;
  const image = about.kind === "image";
  return (
    <>
      <div class="panel-title">
        <h2>
          <Tip
            words="What the decoder makes of the code that the knobs show. It follows every move."
            formula={about.formula}
          >
            {image ? "Picture" : "Row"}
          </Tip>
        </h2>
        <span class="grow" />
        <MeanOrDraw side={side} />
      </div>
      <div class={image ? "picture" : "picture of-table"}>
        {image ? <Live side={side} /> : <Profile side={side} />}
        <div class="facts">
          <Examples side={side} />
          <Facts side={side} shown={shown} />
        </div>
      </div>
    </>
  );
}

/** What there is to say of the example that is shown. */
function Facts({ side, shown }: { side: Side; shown: Shown | null }) {
  const { about } = side;
  const cannot = whyNot(about, "encode");
  return (
    <>
      {shown && cannot && <p class="muted small why">{cannot}</p>}
      {shown && !cannot && (
        <>
          {about.kind === "image" && <Against side={side} shown={shown} />}
          {about.probabilistic ? (
            <>
              <Numbers side={side} score={shown.score} />
              <Rates side={side} score={shown.score} />
            </>
          ) : (
            <p class="muted small why">
              This model is a plain autoencoder: it gives no probabilities, so there is no rate and
              no log-likelihood to show.
            </p>
          )}
        </>
      )}
      {!shown && about.held > 0 && (
        <p class="empty small">
          No example is shown. Step through them above, or pick one on the map, to see what the
          model keeps of it and what it leaves out.
        </p>
      )}
    </>
  );
}

/** Which example is shown, and the way to others; the model's mean, or a draw. */

import type { Side } from "../../side";
import { whyNot } from "../../transport/transport";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { anySeed } from "../knobs";

export function Examples({ side }: { side: Side }) {
  const { held, labels } = side.about;
  const shown = side.shown.value;
  if (!held && !shown) return null;
  const index = shown?.index ?? null;
  const step = (by: number): void => void side.showExample(((index ?? -by) + by + held) % held);
  const label = index === null ? null : side.labelOf(index);
  const words = shown
    ? index === null
      ? "your own"
      : `${(index + 1).toLocaleString("en-GB")} of ${held.toLocaleString("en-GB")}`
    : "none";
  return (
    <div class="row tight examples">
      <span class="grow cut">
        Example <span class="muted number">{words}</span>
        {label !== null && (
          <span class="muted">
            {" "}
            · {labels?.name.toLowerCase()} {label}
          </span>
        )}
      </span>
      {held > 0 && (
        <>
          <Button look="quiet icon" label="Previous example" onPress={() => step(-1)}>
            <Icon name="back" />
          </Button>
          <Button look="quiet icon" label="Next example" onPress={() => step(1)}>
            <Icon name="on" />
          </Button>
          <Button
            look="quiet icon"
            label="Any example"
            onPress={() => void side.showExample(Math.floor(Math.random() * held))}
          >
            <Icon name="dice" />
          </Button>
        </>
      )}
      {shown && (
        <Button look="quiet icon" label="Show no example" onPress={() => side.forget()}>
          <Icon name="close" />
        </Button>
      )}
    </div>
  );
}

/** The mean of p(x|z), or a draw from it. */
export function MeanOrDraw({ side }: { side: Side }) {
  const why = whyNot(side.about, "draw");
  const drawn = side.draw.value !== null;
  if (why) return null;
  return (
    <div class="row tight">
      <div class="segmented" role="group" aria-label="What is shown of the decoder">
        <button
          type="button"
          aria-pressed={!drawn}
          title="The average of what the decoder says: clear, without noise"
          onClick={() => side.setDraw(null)}
        >
          Average
        </button>
        <button
          type="button"
          aria-pressed={drawn}
          title="One draw from what the decoder says, with its noise: what data from this model look like"
          onClick={() => side.setDraw(anySeed())}
        >
          One draw
        </button>
      </div>
      {drawn && (
        <Button look="quiet icon" label="Draw again" onPress={() => side.setDraw(anySeed())}>
          <Icon name="dice" />
        </Button>
      )}
    </div>
  );
}

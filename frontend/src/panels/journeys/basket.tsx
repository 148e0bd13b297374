/** The picked examples, in order: shown, moved, taken out. */

import { useSignal } from "@preact/signals";
import { note } from "../../messages";
import type { Side } from "../../side";
import { picked } from "../../state";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { exampleOf } from "../examples";
import { letter } from "../letters";
import { Gallery } from "../gallery";
import { take } from "../taking";

/** Pictures shown at most: a whole group can be picked. */
const SEEN = 26;

export function Basket({ side }: { side: Side }) {
  const chosen = useSignal<number | null>(null);
  const basket = picked.value.filter((index) => index < side.about.count);
  const at =
    chosen.value !== null && chosen.value < Math.min(basket.length, SEEN) ? chosen.value : null;
  const seen = basket.slice(0, SEEN);
  const shown = side.shown.value?.index ?? null;
  const already = shown !== null && basket.includes(shown);
  const move = (from: number, to: number): void => {
    const next = basket.slice();
    next.splice(to, 0, ...next.splice(from, 1));
    picked.value = next;
    chosen.value = to;
  };
  const remove = (from: number): void => {
    picked.value = basket.filter((_, i) => i !== from);
    chosen.value = null;
  };
  return (
    <section class="basket" aria-label="Picked examples">
      <div class="row">
        <h3 class="grow">
          Picked examples{" "}
          {basket.length > SEEN && (
            <span class="muted small">
              the first {SEEN} of {basket.length.toLocaleString("en-GB")}
            </span>
          )}
        </h3>
        <Button
          whyNot={
            shown === null
              ? "No example of the data is shown: step to one, or click one on the map."
              : already
                ? "The shown example is picked already."
                : null
          }
          onPress={() => shown !== null && (picked.value = [...basket, shown])}
        >
          <Icon name="plus" /> Pick the shown one
        </Button>
      </div>
      {seen.length ? (
        <Gallery
          about={side.about}
          pictures={seen.map((index) => exampleOf(side, index).value)}
          size={52}
          chosen={at}
          label={(i) => `${letter(i)}: example ${seen[i]! + 1}`}
          under={letter}
          onTake={(i) => (chosen.value = i === at ? null : i)}
        />
      ) : (
        <p class="empty small">
          Pick two examples or more: step to one and press the button above, or point at one on the
          map and press P.
        </p>
      )}
      <div class="row tight basket-tools">
        {at === null ? (
          <span class="muted small grow">
            {seen.length > 0 && "Press a picture to show, move or remove it."}
          </span>
        ) : (
          <>
            <Button look="quiet" onPress={() => take(side, seen[at]!)}>
              Show {letter(at)}
            </Button>
            <Button
              look="quiet"
              label={`Move ${letter(at)} forward`}
              whyNot={at === 0 ? "It is the first." : null}
              onPress={() => move(at, at - 1)}
            >
              <Icon name="back" /> Earlier
            </Button>
            <Button
              look="quiet"
              label={`Move ${letter(at)} back`}
              whyNot={at === basket.length - 1 ? "It is the last." : null}
              onPress={() => move(at, at + 1)}
            >
              <Icon name="on" /> Later
            </Button>
            <Button look="quiet" onPress={() => remove(at)}>
              <Icon name="close" /> Remove
            </Button>
            <span class="grow" />
          </>
        )}
        {seen.length > 0 && (
          <Button look="quiet" onPress={() => clear(basket)}>
            Clear all
          </Button>
        )}
      </div>
    </section>
  );
}

function clear(basket: number[]): void {
  picked.value = [];
  note(`${basket.length.toLocaleString("en-GB")} picked examples were put away.`);
}

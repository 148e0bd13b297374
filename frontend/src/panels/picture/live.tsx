/** The picture of the code, as large as the panel allows; it follows the knobs. */

import { useRef } from "preact/hooks";
import { paintExample, place } from "../../paint/example";
import type { Side } from "../../side";
import { useNow } from "../../ui/now";
import { useBox } from "./box";

export function Live({ side }: { side: Side }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { about } = side;
  const box = useBox(frame);

  useNow(() => {
    if (canvas.current && side.picture.value)
      paintExample(canvas.current, side.picture.value, about);
  }, [side]);
  if (canvas.current && box) place(canvas.current, about, box);

  const waiting = side.picture.value === null;
  return (
    <div class={about.shape[0] === 4 ? "live see-through" : "live"} ref={frame}>
      <canvas
        ref={canvas}
        class={waiting ? "skeleton" : ""}
        role="img"
        aria-label="What the model makes of the code that the knobs show"
        data-picture="live"
      />
    </div>
  );
}

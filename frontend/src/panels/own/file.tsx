/** An image file of one's own, dropped, pasted or chosen. */

import { Thumb } from "../../paint/thumb";
import type { Side } from "../../side";
import { whyNot } from "../../transport/transport";
import { busy, over, takeFile } from "./arriving";

const KINDS = "image/png,image/jpeg,image/webp,image/gif,image/bmp";

export function File({ side }: { side: Side }) {
  const why = whyNot(side.about, "read");
  if (why) return <p class="empty small">{why}</p>;
  return (
    <section class="stack" aria-label="An image file">
      <label class={over.value ? "drop over" : "drop"}>
        <input
          class="unseen"
          type="file"
          accept={KINDS}
          onChange={({ currentTarget }) => {
            void takeFile(side, currentTarget.files ?? []);
            // The same file can be chosen again.
            currentTarget.value = "";
          }}
        />
        <strong>{busy.value ? "Reading the image" : "Drop an image here"}</strong>
        <span class="muted">
          or anywhere on the page; press to choose a file, or paste one from the clipboard.
          <br />
          PNG, JPEG, WebP, GIF or BMP, up to 16 MB.
        </span>
      </label>
      <Seen side={side} />
    </section>
  );
}

/** An own example as the model sees it. */
export function Seen({ side }: { side: Side }) {
  const shown = side.shown.value;
  const own = shown?.origin === "own" ? shown : null;
  const [channels = 1, height = 1, width = 1] = side.about.shape;
  const colour =
    channels === 1 ? "grey" : channels === 3 ? "in colour" : `with ${channels} channels`;
  return (
    <figure class="as-seen">
      {own ? (
        <Thumb
          values={own.values}
          about={side.about}
          size={160}
          label="Your example as the model sees it"
        />
      ) : (
        <span class="thumb hole" style={{ width: "160px", height: "160px" }} />
      )}
      <figcaption class="small muted">
        {own ? "This is how the model sees it" : "Here you will see it as the model does"}: {width}{" "}
        × {height} pixels, {colour}, prepared as the examples were for training. Its code,
        reconstruction and numbers are beside it, under Picture.
      </figcaption>
    </figure>
  );
}

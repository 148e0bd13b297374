/** An image file of one's own, dropped, pasted or chosen. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { complain } from "../../messages";
import { Thumb } from "../../paint/thumb";
import type { Side } from "../../side";
import { whyNot } from "../../transport/transport";

/** Bytes of a file at most; a larger one is not even sent. */
const MOST = 16 * 2 ** 20;
const KINDS = "image/png,image/jpeg,image/webp,image/gif,image/bmp";

export function File({ side }: { side: Side }) {
  const why = whyNot(side.about, "read");
  const over = useSignal(false);
  const busy = useSignal(false);
  const take = async (files: Iterable<Blob>): Promise<void> => {
    const [file] = files;
    if (!file || busy.peek()) return;
    busy.value = true;
    try {
      await side.showValues(await readFile(side, file), "own");
    } catch (error) {
      complain(error);
    } finally {
      busy.value = false;
    }
  };
  useLayoutEffect(() => {
    if (why) return;
    const paste = (event: ClipboardEvent): void => {
      const files = event.clipboardData?.files;
      if (files?.length) void take(files);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, [side, why]);
  if (why) return <p class="empty small">{why}</p>;
  return (
    <section class="stack" aria-label="An image file">
      <label
        class={over.value ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => (over.value = false)}
        onDrop={(event) => {
          event.preventDefault();
          over.value = false;
          void take(event.dataTransfer?.files ?? []);
        }}
      >
        <input
          class="unseen"
          type="file"
          accept={KINDS}
          onChange={({ currentTarget }) => {
            void take(currentTarget.files ?? []);
            // The same file can be chosen again.
            currentTarget.value = "";
          }}
        />
        <strong>{busy.value ? "Reading the image" : "Drop an image here"}</strong>
        <span class="muted">
          or press to choose a file, or paste one from the clipboard.
          <br />
          PNG, JPEG, WebP, GIF or BMP, up to 16 MB.
        </span>
      </label>
      <Seen side={side} />
    </section>
  );
}

async function readFile(side: Side, file: Blob): Promise<Float32Array> {
  if (file.type && !file.type.startsWith("image/")) {
    throw new Error(`This is no image file but ${file.type}. Use a PNG, JPEG, WebP, GIF or BMP.`);
  }
  if (file.size > MOST) {
    const size = (file.size / 2 ** 20).toFixed(0);
    throw new Error(
      `This file has ${size} MB, and 16 MB is the most: make the image smaller first.`,
    );
  }
  return side.transport.read(file);
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

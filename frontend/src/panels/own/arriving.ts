/** Images from outside: whatever is dropped or pasted anywhere on the page is an own example. */

import { signal } from "@preact/signals";
import { complain } from "../../messages";
import type { Side } from "../../side";
import { whyNot } from "../../transport/transport";

/** Bytes of a file at most; a larger one is not even sent. */
const MOST = 16 * 2 ** 20;

/** Whether a file is being read, and whether one is held over the page. */
export const busy = signal(false);
export const over = signal(false);

/** Take the first file as the run's own example; what cannot be taken is said in words. */
export async function takeFile(side: Side, files: Iterable<Blob>): Promise<void> {
  const [file] = files;
  if (!file || busy.peek()) return;
  busy.value = true;
  try {
    const why = whyNot(side.about, "encode") ?? whyNot(side.about, "read");
    if (why) throw new Error(why);
    await side.showValues(await readFile(side, file));
  } catch (error) {
    complain(error);
  } finally {
    busy.value = false;
  }
}

/** Take what is dropped or pasted while the page is open. */
export function acceptImages(side: Side): void {
  const carries = ({ dataTransfer }: DragEvent): boolean =>
    dataTransfer?.types.includes("Files") ?? false;
  // A file that nobody takes would replace the page.
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over.value = true;
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) over.value = false;
  });
  document.addEventListener("drop", (event) => {
    over.value = false;
    if (!carries(event)) return;
    event.preventDefault();
    void takeFile(side, event.dataTransfer?.files ?? []);
  });
  document.addEventListener("paste", ({ clipboardData, target }) => {
    // Spreadsheets bring a picture of what they copy; into a field goes the text.
    const field = target instanceof Element && target.closest("input, textarea");
    if (!field) void takeFile(side, clipboardData?.files ?? []);
  });
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

/** An example that is not in the data: a file, a drawing, a row that was changed. */

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Side } from "../../side";
import { type About, whyNot } from "../../transport/transport";
import { Draw } from "./draw";
import { File } from "./file";
import { Row } from "./row";
import "./own.css";

interface Way {
  key: string;
  title: string;
  Of: ComponentType<{ side: Side }>;
  suits(about: About): boolean;
}

/** The largest picture that is drawn by hand, in pixels a side. */
const DRAWN = 64;

const WAYS: Way[] = [
  { key: "draw", title: "Draw one", Of: Draw, suits: drawable },
  { key: "file", title: "An image file", Of: File, suits: ({ kind }) => kind === "image" },
  { key: "row", title: "Change a row", Of: Row, suits: ({ kind }) => kind === "table" },
];

const chosen = signal("");

export function OwnPanel({ side }: { side: Side }) {
  const why = whyNot(side.about, "encode");
  if (why) return <p class="empty small">{why}</p>;
  const ways = WAYS.filter(({ suits }) => suits(side.about));
  const open = ways.find(({ key }) => key === chosen.value) ?? ways[0]!;
  return (
    <section class="own stack" aria-label="Your own example">
      {ways.length > 1 && (
        <div class="segmented" role="group" aria-label="Where it comes from">
          {ways.map(({ key, title }) => (
            <button
              key={key}
              type="button"
              aria-pressed={key === open.key}
              onClick={() => (chosen.value = key)}
            >
              {title}
            </button>
          ))}
        </div>
      )}
      <open.Of side={side} />
    </section>
  );
}

/** Small grey pictures are drawn by hand. */
export function drawable({ kind, shape }: About): boolean {
  const [channels, height = 0, width = 0] = shape;
  return kind === "image" && channels === 1 && Math.max(height, width) <= DRAWN;
}

/** Small pictures in rows, each of which can be taken. */

import type { ComponentChildren } from "preact";
import { Thumb } from "../paint/thumb";
import type { About } from "../transport/transport";

interface Props {
  about: About;
  /** Null where a picture is not there yet. */
  pictures: readonly (Float32Array | null)[];
  size: number;
  label(index: number): string;
  onTake(index: number): void;
  /** What stands under a picture. */
  under?(index: number): ComponentChildren;
  chosen?: number | null;
}

export function Gallery({ about, pictures, size, label, onTake, under, chosen = null }: Props) {
  return (
    <div class="gallery">
      {pictures.map((values, index) => (
        <button
          key={index}
          type="button"
          class="tile"
          aria-label={label(index)}
          title={label(index)}
          aria-current={chosen === index ? "true" : undefined}
          onClick={() => onTake(index)}
        >
          <Thumb values={values} about={about} size={size} />
          {under && <small>{under(index)}</small>}
        </button>
      ))}
    </div>
  );
}

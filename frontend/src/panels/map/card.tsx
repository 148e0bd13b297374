/** An example and its decode, beside the pointer. */

import { useEffect, useState } from "preact/hooks";
import { Thumb } from "../../paint/thumb";
import type { About } from "../../transport/transport";
import type { Look, Peek } from "./peek";

interface Props {
  index: number;
  words: string;
  about: About;
  peek: Peek;
}

export function Card({ index, words, about, peek }: Props) {
  const [look, setLook] = useState<Look | null>(null);
  useEffect(() => {
    const found = peek.look(index);
    return found.subscribe(setLook);
  }, [index, peek]);
  return (
    <figure class="card" data-example={index}>
      <span class="pair">
        <Seen
          title="example"
          values={look?.example ?? null}
          about={about}
          missing={look !== null && !look.example}
        />
        <Seen
          title="decoded"
          values={look?.decode ?? null}
          about={about}
          missing={look !== null && !look.decode}
        />
      </span>
      <figcaption>
        Example {index + 1}
        {words && <small>{words}</small>}
      </figcaption>
    </figure>
  );
}

interface SeenProps {
  title: string;
  values: Float32Array | null;
  about: About;
  missing: boolean;
}

function Seen({ title, values, about, missing }: SeenProps) {
  return (
    <span class="seen">
      {missing ? (
        <span class="thumb not-held">not in this file</span>
      ) : (
        <Thumb values={values} about={about} size={64} label={title} />
      )}
      <small>{title}</small>
    </span>
  );
}

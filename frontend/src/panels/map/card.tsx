/** An example and its decode, beside the pointer. */

import { useEffect, useState } from "preact/hooks";
import { Thumb } from "../../paint/thumb";
import type { About } from "../../transport/transport";
import { Button } from "../../ui/button";
import type { Look, Peek } from "./peek";

interface Props {
  index: number;
  words: string;
  about: About;
  peek: Peek;
  /** Whether it stays, so that its buttons can be reached. */
  held: boolean;
  shown: boolean;
  picked: boolean;
  onShow(): void;
  onPick(): void;
}

export function Card(props: Props) {
  const { index, words, about, peek, held, shown, picked } = props;
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
        {!held && <small>Click to show it, P to {picked ? "put it back" : "pick it"}</small>}
      </figcaption>
      {held && (
        <div class="row tight">
          {!shown && <Button onPress={props.onShow}>Show</Button>}
          <Button pressed={picked} title="Pick it for journeys and tables (P)" onPress={props.onPick}>
            {picked ? "Put back" : "Pick"}
          </Button>
        </div>
      )}
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

/** Help for somebody who meets a variational autoencoder for the first time. */

import { useRef } from "preact/hooks";
import type { Side } from "../../side";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Beginning, Keys, Numbers, Panels, Things } from "./words";
import "./help.css";

export function HelpButton({ side }: { side: Side }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <Button look="quiet" onPress={() => dialog.current?.showModal()}>
        Help
      </Button>
      <dialog
        ref={dialog}
        class="help"
        aria-labelledby="help-title"
        onClick={({ target, currentTarget }) => target === currentTarget && dialog.current?.close()}
      >
        <article>
          <div class="row apart">
            <h2 id="help-title">What am I looking at?</h2>
            <Button look="quiet icon" label="Close help" onPress={() => dialog.current?.close()}>
              <Icon name="close" />
            </Button>
          </div>
          <Beginning about={side.about} />
          <Things about={side.about} />
          <Numbers about={side.about} />
          <Panels several={side.about.kind === "image"} />
          <Keys about={side.about} />
        </article>
      </dialog>
    </>
  );
}

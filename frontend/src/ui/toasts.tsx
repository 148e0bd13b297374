/** Sentences at the foot of the page, and the banner when nobody answers any more. */

import { useEffect } from "preact/hooks";
import { message } from "../messages";
import { connected } from "../state";
import { Button } from "./button";
import { Icon } from "./icons";

const READ = { note: 4000, problem: 12000 };

export function Toasts() {
  const shown = message.value;
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => (message.value = null), READ[shown.tone]);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown && (
        <div class={`toast ${shown.tone}`}>
          <span class="grow">{shown.text}</span>
          <Button look="quiet icon" label="Close" onPress={() => (message.value = null)}>
            <Icon name="close" />
          </Button>
        </div>
      )}
    </div>
  );
}

export function Gone({ run }: { run: string }) {
  if (connected.value) return <div />;
  return (
    <p class="banner" role="alert">
      The explorer's server does not answer. If it has ended, start it again with{" "}
      <code>elbowroom explore RUN</code>, where RUN is the folder of the run {run}, and open the new
      link that it prints.
    </p>
  );
}

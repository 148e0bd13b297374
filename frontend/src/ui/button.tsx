/** A button that can say why it does nothing now. */

import type { ComponentChildren } from "preact";
import { note } from "../messages";

interface Props {
  onPress(): void;
  /** The sentence that says why not; null where it works. */
  whyNot?: string | null;
  /** What it does, for buttons without words. */
  label?: string;
  look?: string;
  pressed?: boolean;
  title?: string;
  children: ComponentChildren;
}

export function Button({ onPress, whyNot, label, look = "", pressed, title, children }: Props) {
  return (
    <button
      type="button"
      class={`button ${look}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={whyNot ? true : undefined}
      title={whyNot ?? title ?? label}
      onClick={() => (whyNot ? note(whyNot) : onPress())}
    >
      {children}
    </button>
  );
}

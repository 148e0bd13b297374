/** Words with an explanation, and its formula, on hover, on focus and on touch. */

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface Open {
  id: string;
  words: string;
  formula: string | undefined;
  at: DOMRect;
}

const open = signal<Open | null>(null);

interface Props {
  words: string;
  formula?: string | undefined;
  /** Without the dotted line, for explanations of things that are no text. */
  plain?: boolean;
  children: ComponentChildren;
}

export function Tip({ words, formula, plain = false, children }: Props) {
  const id = useId();
  const show = ({ currentTarget }: { currentTarget: EventTarget | null }): void => {
    if (!(currentTarget instanceof Element)) return;
    open.value = { id, words, formula, at: currentTarget.getBoundingClientRect() };
  };
  const hide = (): void => {
    if (open.peek()?.id === id) open.value = null;
  };
  return (
    <button
      type="button"
      class={plain ? "tip plain" : "tip"}
      aria-describedby={id}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      onClick={show}
      onKeyDown={({ key }) => key === "Escape" && hide()}
    >
      {children}
      <span id={id} hidden>
        {words} {formula}
      </span>
    </button>
  );
}

/** Where explanations appear: once on the page. */
export function Explanation() {
  const box = useRef<HTMLDivElement>(null);
  const shown = open.value;
  useLayoutEffect(() => {
    if (!box.current || !shown) return;
    const { width, height } = box.current.getBoundingClientRect();
    const left = shown.at.left + shown.at.width / 2 - width / 2;
    const above = shown.at.top - height - 8;
    box.current.style.left = `${Math.max(12, Math.min(left, innerWidth - width - 12))}px`;
    box.current.style.top = `${above > 8 ? above : shown.at.bottom + 8}px`;
  }, [shown]);
  if (!shown) return null;
  return (
    <div class="explanation" ref={box} aria-hidden="true">
      {shown.words}
      {shown.formula && <span class="formula">{shown.formula}</span>}
    </div>
  );
}

addEventListener("scroll", () => (open.value = null), { capture: true, passive: true });

/** Sentences for whoever looks at the page: what was done, what went wrong. */

import { signal } from "@preact/signals";

export interface Message {
  text: string;
  tone: "problem" | "note";
}

export const message = signal<Message | null>(null);

/** Say in a sentence that something was done. */
export function note(text: string): void {
  message.value = { text, tone: "note" };
}

/** Say in a sentence what went wrong. Answers that nobody waits for any more are no problem. */
export function complain(error: unknown): void {
  const what = error instanceof Error && "what" in error ? error.what : null;
  // The server's absence has a banner of its own.
  if (what === "superseded" || what === "gone") return;
  message.value = { text: sentence(error), tone: "problem" };
}

/** What went wrong, begun with a capital letter, unless with a name such as 'mine.png' or 'k'. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[a-z]+[ ,:;']/.test(text) && !/^[b-z] /.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
}

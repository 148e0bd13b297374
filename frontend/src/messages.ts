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
  const text = error instanceof Error ? error.message : String(error);
  message.value = { text, tone: "problem" };
}

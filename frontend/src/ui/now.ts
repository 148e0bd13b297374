/** Effects that run at once, for what must follow a hand. */

import { effect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

/**
 * Run when a signal that it reads changes, before the change returns.
 *
 * The effects of `useSignalEffect` wait for the next frame, which a moving hand would feel.
 */
export function useNow(follow: () => void, inputs: readonly unknown[]): void {
  useLayoutEffect(() => effect(follow), inputs);
}

/** Light or dark: what the system says, until a person says otherwise. */

import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "elbowroom-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** What a person chose; null follows the system. */
const choice = signal<Theme | null>(stored());
const dark = signal(system.matches);
system.addEventListener("change", ({ matches }) => (dark.value = matches));

export const theme = signal<Theme>("light");

effect(() => {
  theme.value = choice.value ?? (dark.value ? "dark" : "light");
  document.documentElement.dataset.theme = theme.value;
});

export function turnOver(): void {
  choice.value = theme.peek() === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, choice.value);
  } catch {
    // A page in a notebook may keep nothing: the choice then lasts as long as the page.
  }
}

function stored(): Theme | null {
  try {
    const found = localStorage.getItem(KEY);
    return found === "light" || found === "dark" ? found : null;
  } catch {
    return null;
  }
}

/** Where the page begins. */

import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./ui/layout.css";

import { render } from "preact";
import { App } from "./app";
import { arrange, keepLink, restore } from "./link";
import { acceptImages } from "./panels/own/arriving";
import { Side } from "./side";
import { sentence } from "./messages";
import { complain, connected, main, restored, sides, take } from "./state";
import { openTransports } from "./transport/open";

async function begin(root: HTMLElement): Promise<void> {
  take((await openTransports()).map((transport) => new Side(transport)));
  root.replaceChildren();
  arrange();
  render(<App side={main} />, root);
  await restore();
  restored.value = true;
  acceptImages(main);
  keepLink();
  // What was asked while the server was away got no answer.
  connected.subscribe((is) => is && sides.forEach((side) => side.resume()));
}

const root = document.getElementById("app");
if (root) {
  begin(root).catch((error: unknown) => {
    complain(error);
    if (!root.querySelector(".columns .panel:not(.skeleton)")) sayWhyNot(root, sentence(error));
  });
}

/** Without a model there is no page; the reason is all there is to show. */
function sayWhyNot(root: HTMLElement, text: string): void {
  const words = document.createElement("p");
  words.className = "banner";
  words.setAttribute("role", "alert");
  words.textContent = `The explorer could not be opened. ${text}`;
  root.replaceChildren(words);
}

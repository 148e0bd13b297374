/** Find out who answers this page: a server, or the page itself. */

import { connected } from "../state";
import { SocketTransport } from "./socket";
import type { About, Transport } from "./transport";
import { TransportError } from "./transport";

/** What the page is told when it is made. */
interface Configuration {
  transport: "socket" | "inpage";
  runs: About[];
}

const OPENERS: Record<
  Configuration["transport"],
  (about: About, run: number) => Promise<Transport>
> = {
  socket: async (about, run) =>
    new SocketTransport(about, run, { connected: (is) => (connected.value = is) }),
  // Its runtime is unpacked only where it is used.
  inpage: async (about, run) => (await import("./inpage")).openInPage(about, run),
};

export async function openTransports(): Promise<Transport[]> {
  const text = document.getElementById("explorer")?.textContent;
  if (!text)
    throw new TransportError("This page was made without a run to explore.", "configuration");
  const { transport, runs } = JSON.parse(text) as Configuration;
  return Promise.all(runs.map((about, run) => OPENERS[transport](about, run)));
}

/** Find out who answers this page: a server, or the page itself. */

import { connected, served } from "../state";
import { SocketTransport } from "./socket";
import type { About, Transport } from "./transport";
import { TransportError } from "./transport";

/** What the page is told when it is made. */
interface Configuration {
  transport: "socket" | "inpage";
  runs: About[];
}

/** Runs whose socket is lost. */
const away = new Set<number>();

const OPENERS: Record<
  Configuration["transport"],
  (about: About, run: number) => Promise<Transport>
> = {
  socket: async (about, run) => {
    served.value = true;
    // The server is there when all of its sockets are.
    const connect = (is: boolean): void => {
      if (is) away.delete(run);
      else away.add(run);
      connected.value = away.size === 0;
    };
    return new SocketTransport(about, run, { connected: connect });
  },
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

/** The model on a server, over one WebSocket. */

import { base64 } from "../packing";
import type { About, Encoded, How, Neighbour, Score, Transport, Turned } from "./transport";
import { TransportError } from "./transport";

interface Frame {
  id: number;
  ok: boolean;
  arrays?: { name: string; shape: number[] }[];
  error?: string;
  what?: string;
  [plain: string]: unknown;
}

interface Answer {
  plain: Frame;
  arrays: Record<string, Float32Array>;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: TransportError): void;
}

export interface Wire {
  /** Called when the server goes (false) and when it is back (true). */
  connected(is: boolean): void;
}

const RETRY = 1500;

const GONE = "The explorer's server has ended.";

export class SocketTransport implements Transport {
  private socket: WebSocket;
  private ready: Promise<void>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly token = new URLSearchParams(location.search).get("token") ?? "";
  private next = 1;
  private closed = false;

  constructor(
    readonly about: About,
    private readonly run: number,
    private readonly wire: Wire,
  ) {
    [this.socket, this.ready] = this.open();
  }

  async decode(z: Float32Array, how: How & { draw?: number } = {}): Promise<Float32Array> {
    return array(await this.ask("decode", { z: base64(z), ...how }), "values");
  }

  async turn(z: Float32Array, unit: number, how: How & { draw?: number } = {}): Promise<Turned> {
    const answer = await this.ask("turn", { z: base64(z), unit, ...how });
    return { values: array(answer, "values"), z: array(answer, "z") };
  }

  async encode(x: Float32Array, how: How = {}): Promise<Encoded> {
    const answer = await this.ask("encode", { x: base64(x), ...how });
    return { mean: array(answer, "mean"), sd: array(answer, "sd"), seen: array(answer, "seen") };
  }

  async score(
    x: Float32Array,
    how: How & { samples?: number; seed?: number } = {},
  ): Promise<Score> {
    const answer = await this.ask("score", { x: base64(x), ...how });
    return { ...(answer.plain as unknown as Score), rates: array(answer, "rates") };
  }

  async sample(count: number, seed: number, how: How = {}): Promise<Float32Array> {
    return array(await this.ask("sample", { count, seed, ...how }), "codes");
  }

  async around(
    x: Float32Array,
    count: number,
    seed: number,
    how: How = {},
  ): Promise<Float32Array> {
    return array(await this.ask("around", { x: base64(x), count, seed, ...how }), "codes");
  }

  async chances(z: Float32Array, how: How = {}): Promise<Float32Array> {
    return array(await this.ask("chances", { z: base64(z), ...how }), "chances");
  }

  async examples(indices: number[]): Promise<Float32Array> {
    return array(await this.ask("examples", { indices }), "values");
  }

  async nearest(x: Float32Array, count: number): Promise<Neighbour[]> {
    const answer = await this.ask("nearest", { x: base64(x), count });
    return answer.plain.neighbours as Neighbour[];
  }

  async part(name: string): Promise<Float32Array> {
    return array(await this.ask("part", { name }), "values");
  }

  async read(file: Blob): Promise<Float32Array> {
    const link = `read/${this.run}?token=${encodeURIComponent(this.token)}`;
    let reply: Response;
    try {
      reply = await fetch(link, { method: "POST", body: file });
    } catch {
      throw new TransportError(GONE, "gone");
    }
    if (!reply.ok) {
      const { error, what } = (await reply.json().catch(() => ({}))) as Partial<Frame>;
      throw new TransportError(error ?? "This file could not be read.", what ?? "read");
    }
    return new Float32Array(await reply.arrayBuffer());
  }

  async rename(unit: number, name: string): Promise<void> {
    await this.ask("rename", { unit, name });
  }

  close(): void {
    this.closed = true;
    this.socket.close();
  }

  private async ask(what: string, argumentsOf: object): Promise<Answer> {
    await this.ready;
    const id = this.next++;
    return new Promise((resolve, reject) => {
      if (this.socket.readyState !== WebSocket.OPEN) {
        reject(new TransportError(GONE, "gone"));
        return;
      }
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, do: what, ...argumentsOf }));
    });
  }

  private open(): [WebSocket, Promise<void>] {
    const link = new URL(`socket/${this.run}`, location.href);
    link.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    link.search = new URLSearchParams({ token: this.token }).toString();
    link.hash = "";
    const socket = new WebSocket(link);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.receive(unpacked(data as ArrayBuffer));
    // Requests wait while the first connection is made, and fail at once when it was lost.
    const ready = new Promise<void>((resolve) => {
      socket.onopen = () => {
        this.wire.connected(true);
        resolve();
      };
      socket.onclose = () => {
        resolve();
        this.lost();
      };
    });
    return [socket, ready];
  }

  private lost(): void {
    for (const { reject } of this.waiting.values()) reject(new TransportError(GONE, "gone"));
    this.waiting.clear();
    if (this.closed) return;
    this.wire.connected(false);
    setTimeout(() => {
      if (!this.closed) [this.socket, this.ready] = this.open();
    }, RETRY);
  }

  private receive(answer: Answer): void {
    const { id, ok, error, what } = answer.plain;
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (ok) waiting?.resolve(answer);
    else waiting?.reject(new TransportError(error ?? "Something went wrong.", what ?? "unknown"));
  }
}

function array({ arrays }: Answer, name: string): Float32Array {
  const found = arrays[name];
  if (!found) throw new TransportError(`The server's answer lacks '${name}'.`, "protocol");
  return found;
}

/** Length of the header, header, padding to four bytes, then the arrays one after another. */
function unpacked(frame: ArrayBuffer): Answer {
  const length = new DataView(frame).getUint32(0, true);
  const plain = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length))) as Frame;
  const arrays: Record<string, Float32Array> = {};
  let at = Math.ceil((4 + length) / 4) * 4;
  for (const { name, shape } of plain.arrays ?? []) {
    const count = shape.reduce((product, size) => product * size, 1);
    arrays[name] = new Float32Array(frame, at, count);
    at += 4 * count;
  }
  return { plain, arrays };
}

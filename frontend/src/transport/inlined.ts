/** What a page that is a single file carries in its tags. */

import type { About } from "./transport";
import { TransportError } from "./transport";

/** An array, packed: numbers in as few bytes as will do. */
export interface Packed {
  /** Of the tag with its bytes. */
  id: string;
  type: "uint8" | "float16" | "float32";
  /** What a number 0 stands for, and what each 1 adds; of uint8 alone. */
  low: number;
  step: number;
}

/** What the page has of one run. */
export interface RunFile {
  /** By what it answers, the tag with its ONNX. */
  graphs: Record<string, string>;
  weights: string;
  /** Random numbers in each row of a graph's noise. */
  noise: Record<string, number>;
  arrays: Record<string, Packed>;
  /** How the training images were brought to their size. */
  resize: "crop" | "pad" | "stretch";
  /** What tells this run from others where names are kept. */
  key: string;
}

export interface Inlined {
  runs: About[];
  files: RunFile[];
  /** The tag with what runs graphs: WebAssembly. */
  runtime: string;
}

/** What the page was made with. */
export function inlined(): Inlined {
  return JSON.parse(document.getElementById("explorer")?.textContent ?? "{}") as Inlined;
}

/** Unpack the bytes of a tag. */
export async function bytesOf(id: string): Promise<Uint8Array> {
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new TransportError("This file is damaged: a part of it is missing.", "damaged");
  if (!("DecompressionStream" in globalThis)) {
    throw new TransportError(
      "This browser is too old to unpack the file: it takes one of 2023 or later.",
      "browser",
    );
  }
  const packed = new Blob([fromBase64(text)]).stream();
  const stream = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Unpack an array. */
export async function numbersOf({ id, type, low, step }: Packed): Promise<Float32Array> {
  const bytes = await bytesOf(id);
  if (type === "uint8") return Float32Array.from(bytes, (level) => low + step * level);
  if (type === "float32") return new Float32Array(bytes.buffer);
  return Float32Array.from(new Uint16Array(bytes.buffer), fromHalf);
}

/** A number of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // Ten times as fast, in browsers of 2025 and later.
  const native = Uint8Array as typeof Uint8Array & {
    fromBase64?: (text: string) => Uint8Array<ArrayBuffer>;
  };
  if (native.fromBase64) return native.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

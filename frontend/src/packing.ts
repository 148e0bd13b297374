/** Numbers in letters that an address may hold: base64 with - and _, as RFC 4648 has it for links. */

/** Their bytes, exactly. */
export function packed(values: Float32Array): string {
  return letters(bytesIn(values));
}

/** Their bytes in base64 as it is everywhere else, with + and / and =. */
export function base64(values: Float32Array): string {
  return encoded(bytesIn(values));
}

/** Null where the letters are damaged. */
export function unpacked(text: string | null): Float32Array | null {
  const bytes = text ? bytesOf(text) : null;
  return bytes && floats(bytes);
}

const WHOLE = 1;
const EXACT = 2;

/**
 * Many numbers, deflated: whole ones from 0 to 255 as bytes, others exactly.
 *
 * Null where that takes more than `most` bytes.
 */
export async function squeezed(values: Float32Array, most: number): Promise<string | null> {
  const whole = values.every((value) => value >= 0 && value <= 255 && Number.isInteger(value));
  const bytes = whole
    ? Uint8Array.from(values)
    : new Uint8Array(values.slice().buffer as ArrayBuffer);
  // Nothing of this size becomes so small that a link holds it.
  if (bytes.length > 1000 * most) return null;
  const through = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const small = new Uint8Array(await new Response(through).arrayBuffer());
  if (small.length > most) return null;
  return letters(Uint8Array.of(whole ? WHOLE : EXACT, ...small));
}

/** What was squeezed; null where it is damaged, or more than `most` numbers. */
export async function loosened(text: string, most: number): Promise<Float32Array | null> {
  const all = bytesOf(text);
  const [how, small] = [all?.[0], all?.slice(1)];
  if (!small || (how !== WHOLE && how !== EXACT)) return null;
  const bytes = await inflated(small, how === WHOLE ? most : 4 * most);
  if (!bytes) return null;
  return how === WHOLE ? Float32Array.from(bytes) : floats(bytes);
}

/** A few letters can stand for gigabytes: no more is unpacked than is wanted. */
async function inflated(
  small: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = new Blob([small])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"))
    .getReader();
  const found = new Uint8Array(most);
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return found.slice(0, at);
      if (at + value.length > most) {
        await reader.cancel();
        return null;
      }
      found.set(value, at);
      at += value.length;
    }
  } catch {
    return null;
  }
}

function floats(bytes: Uint8Array<ArrayBuffer>): Float32Array | null {
  if (bytes.length % 4) return null;
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return values.every(Number.isFinite) ? values : null;
}

function letters(bytes: Uint8Array): string {
  return encoded(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function encoded(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}

function bytesIn(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

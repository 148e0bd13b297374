import assert from "node:assert/strict";
import { test } from "node:test";
import type { About } from "../transport/transport";
import { colours, fitted } from "./images";

/** The RGBA of an image of 1 by 2 whose channel c holds 10 c + 1 and 10 c + 2. */
function painted(channels: number, range = { low: 0, high: 255 }): number[] {
  const values = Array.from({ length: channels }, (_, c) => [10 * c + 1, 10 * c + 2]).flat();
  const into = new Uint8ClampedArray(8);
  colours(values, [channels, 1, 2], range, into);
  return [...into];
}

test("one channel is grey, two are magenta and green, three are red, green and blue", () => {
  assert.deepEqual(painted(1), [1, 1, 1, 255, 2, 2, 2, 255]);
  assert.deepEqual(painted(2), [1, 11, 1, 255, 2, 12, 2, 255]);
  assert.deepEqual(painted(3), [1, 11, 21, 255, 2, 12, 22, 255]);
});

test("a fourth channel is opacity; of more the first three are shown", () => {
  assert.deepEqual(painted(4), [1, 11, 21, 31, 2, 12, 22, 32]);
  assert.deepEqual(painted(5), [1, 11, 21, 255, 2, 12, 22, 255]);
});

test("the range is black to white, and what lies beyond is black or white", () => {
  const into = new Uint8ClampedArray(16);
  colours([-3, -1, 0, 9], [1, 1, 4], { low: -1, high: 1 }, into);
  assert.deepEqual(
    [...into].filter((_, i) => i % 4 === 0),
    [0, 0, 128, 255],
  );
});

test("values that are no numbers are black", () => {
  const into = new Uint8ClampedArray(4);
  colours([NaN], [1, 1, 1], { low: 0, high: 1 }, into);
  assert.deepEqual([...into], [0, 0, 0, 255]);
});

test("images are magnified by whole numbers, and shrunk by any", () => {
  const about = { shape: [1, 28, 14] } as unknown as About;
  assert.deepEqual(fitted(about, { width: 300, height: 100 }), {
    width: 42,
    height: 84,
    enlarged: true,
  });
  assert.deepEqual(fitted(about, { width: 300, height: 14 }), {
    width: 7,
    height: 14,
    enlarged: false,
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHalf } from "../transport/inlined";
import { weigh } from "./evidence";
import { normal, uniform } from "./random";
import { centred, resized, whole } from "./resample";

/** log w = -scale log((i + 1/2) / K) - 50: the quantiles of a Pareto distribution. */
function heavy(scale: number, count = 256): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => -scale * Math.log((i + 0.5) / count) - 50);
}

test("evidence, its error and its trust are those of elbowroom.evidence", () => {
  // From RunningWeights(256, 1), fed the same weights.
  const known = [
    [0.1, -49.8949043944238, 0.006856904370453825, 0.18904297563821787, true],
    [0.5, -49.32593668724044, 0.061043356650381395, 0.49587050712723907, true],
    [1.2, -47.167284754338574, 0.43031887245848044, 1.032351440961655, false],
  ] as const;
  for (const [scale, value, error, k, trusted] of known) {
    const found = weigh(heavy(scale));
    assert.ok(Math.abs(found.value - value) < 1e-9);
    assert.ok(Math.abs(found.error - error) < 1e-9);
    assert.ok(Math.abs(found.k - k) < 1e-6);
    assert.equal(found.trusted, trusted);
    assert.match(found.note, trusted ? /can be trusted/ : /may lie far above/);
  }
});

test("equal weights are trusted, and too few are not", () => {
  const equal = weigh(new Float64Array(100).fill(-3));
  assert.deepEqual([equal.value, equal.error, equal.trusted], [-3, 0, true]);
  assert.match(equal.note, /very small/);
  assert.equal(weigh(heavy(0.1, 8)).trusted, false);
});

test("noise repeats and is standard normal", () => {
  const draws = normal(uniform(5), 20001);
  const mean = draws.reduce((sum, e) => sum + e, 0) / draws.length;
  const square = draws.reduce((sum, e) => sum + e * e, 0) / draws.length;
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(square - 1) < 0.05);
  assert.deepEqual(draws, normal(uniform(5), 20001));
});

test("numbers of two bytes", () => {
  const halves = [0x0000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555];
  assert.deepEqual(
    halves.map(fromHalf),
    [0, 1, -2, 65504, 2 ** -24, 0.333251953125],
  );
  assert.ok(Number.isNaN(fromHalf(0x7e00)));
});

test("a resized image keeps a constant, its size, and its centre", () => {
  const image = { width: 9, height: 5, channels: 1, bytes: new Uint8ClampedArray(45).fill(77) };
  const small = resized(image, 4, 3, whole(image));
  assert.deepEqual([small.width, small.height, ...new Set(small.bytes)], [4, 3, 77]);
  assert.deepEqual(centred(image, 1, 1), { left: 2, top: 0, right: 7, bottom: 5 });
  assert.deepEqual(resized(image, 9, 5, whole(image)).bytes, image.bytes);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { onSphere } from "./sphere";

const length = (code: Float32Array): number => Math.hypot(...code);
const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

test("codes get length one, and only the units of the sphere's level do", () => {
  const found = onSphere(Float32Array.of(3, 0, 4, 7, 0, 2, 0, -5), 4, [0, 3]);
  assert.ok(close(length(found.subarray(0, 3)), 1) && close(length(found.subarray(4, 7)), 1));
  assert.deepEqual([found[3], found[7]], [7, -5]);
  assert.ok(close(found[0]!, 0.6) && close(found[2]!, 0.8));
});

test("what is on the sphere comes back as it is", () => {
  const codes = Float32Array.of(0.6, 0.8, 0, -1);
  assert.equal(onSphere(codes, 2, [0, 2]), codes);
});

test("a turned unit stays where it was put, and the others give way", () => {
  const found = onSphere(Float32Array.of(0.9, 0.6, 0.8), 3, [0, 3], 0);
  assert.ok(close(found[0]!, 0.9) && close(length(found), 1));
  assert.ok(close(found[2]! / found[1]!, 0.8 / 0.6));
  assert.deepEqual([...onSphere(Float32Array.of(-1.3, 0, 1), 3, [0, 3], 0)], [-1, 0, 0]);
});

test("where there is no direction there is a code all the same", () => {
  assert.deepEqual([...onSphere(new Float32Array(3), 3, [0, 3])], [1, 0, 0]);
  assert.ok(close(length(onSphere(Float32Array.of(0.5, 0, 0), 3, [0, 3], 0)), 1));
});

test("a unit of another level does not hold the sphere's units back", () => {
  const found = onSphere(Float32Array.of(3, 4, 9), 3, [0, 2], 2);
  assert.deepEqual([...found].map((value) => value.toFixed(3)), ["0.600", "0.800", "9.000"]);
});

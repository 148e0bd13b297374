import assert from "node:assert/strict";
import { test } from "node:test";
import { framesOf, portions } from "./portions";

test("many are asked for in portions, in their order, and none is lost", () => {
  const all = Array.from({ length: 9000 }, (_, i) => i);
  const small = portions(all, 64);
  assert.deepEqual(small.map(({ length }) => length), [4096, 4096, 808]);
  assert.deepEqual(small.flat(), all);
  assert.equal(portions(all, 3 * 256 * 256)[0]!.length, 21);
  assert.equal(portions([1, 2], 2 ** 30).length, 2);
  assert.deepEqual(portions([], 4), []);
});

test("a long journey has fewer frames for each leg", () => {
  assert.deepEqual([1, 2, 12, 25].map(framesOf), [16, 16, 16, 8]);
});

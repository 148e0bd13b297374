import assert from "node:assert/strict";
import { test } from "node:test";
import { loosened, packed, squeezed, unpacked } from "./packing";

const SOME = Float32Array.of(0.1, -2.5, 1e-7, 3e38);

test("numbers come back from their letters exactly", () => {
  assert.match(packed(SOME), /^[\w-]+$/);
  assert.deepEqual(unpacked(packed(SOME)), SOME);
  for (const damaged of ["%%%", "AAA", "", null, packed(Float32Array.of(NaN))])
    assert.equal(unpacked(damaged), null);
});

test("many numbers come back from few letters", async () => {
  const drawing = Float32Array.from({ length: 784 }, (_, i) => (i % 29 > 20 ? 255 : 0));
  for (const values of [drawing, drawing.map((value) => value / 3), SOME]) {
    const text = await squeezed(values, 4096);
    assert.match(text!, /^[\w-]+$/);
    assert.deepEqual(await loosened(text!, values.length), values);
  }
  assert.ok((await squeezed(drawing, 4096))!.length < 100);
});

test("what stays too long is left out", async () => {
  const noise = Float32Array.from({ length: 2000 }, () => Math.random());
  assert.equal(await squeezed(noise, 4096), null);
});

test("letters that are damaged or stand for too much are nothing", async () => {
  const zeros = (await squeezed(new Float32Array(1e6), 4096))!;
  assert.equal(await loosened(zeros, 784), null);
  for (const damaged of ["", "A", "Aaaa", zeros.slice(0, 20), "%"])
    assert.equal(await loosened(damaged, 784), null, damaged);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { analogy, meanOfRows, row } from "./arithmetic";
import { inked } from "./brush";
import { CATEGORIES, UNKNOWN, categoryColour, colourOf, span, viridis } from "./colours";
import { differences } from "./groups";
import { around } from "./random";
import { measured } from "./measured";
import { verdict } from "./verdict";

test("arithmetic of codes", () => {
  assert.deepEqual(
    [...analogy(Float32Array.of(1, 2), Float32Array.of(4, 1), Float32Array.of(0, 5))],
    [-3, 6],
  );
  const table = Float32Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual([...row(table, 1, 2)], [3, 4]);
  assert.deepEqual([...meanOfRows(table, [0, 2], 2)], [3, 4]);
});

test("draws repeat, have the moments asked for, and differ between seeds", () => {
  const draws = around(Float32Array.of(3), Float32Array.of(2), 0.5, 20000, 11);
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const sd = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
  assert.ok(Math.abs(mean - 3) < 0.03 && Math.abs(sd - 1) < 0.03);
  assert.deepEqual(draws, around(Float32Array.of(3), Float32Array.of(2), 0.5, 20000, 11));
  assert.notDeepEqual(
    draws.slice(0, 9),
    around(Float32Array.of(3), Float32Array.of(2), 0.5, 9, 12),
  );
});

test("a planted difference is found, in standard deviations, with its error, largest first", () => {
  const count = 4000;
  const codes = around(new Float32Array(4), Float32Array.of(1, 2, 1, 0), 1, count, 5);
  const group = Array.from({ length: 1000 }, (_, i) => i);
  for (const i of group) codes[4 * i + 1]! -= 6;
  const found = differences(codes, 4, group);
  assert.deepEqual(found.map((d) => d.unit).slice(0, 1), [1]);
  assert.equal(found.length, 3); // the unit that never moves has nothing to tell
  const sd = Math.sqrt(4 + 36 * 0.25 * 0.75); // within and between
  assert.ok(Math.abs(found[0]!.value + 6 / sd) < 0.1);
  const error = Math.sqrt(4 / 1000 + 4 / 3000) / sd;
  assert.ok(Math.abs(found[0]!.error / error - 1) < 0.1);
  for (const d of found.slice(1)) assert.ok(Math.abs(d.value) < 4 * d.error);
  assert.deepEqual(differences(codes, 4, [1]), []);
});

test("colours: ends and middle of viridis, ten categories, odd values do not grey out the rest", () => {
  assert.deepEqual(
    [viridis(0), viridis(0.5), viridis(1), viridis(7)],
    [0x440154, 0x21918c, 0xfde725, 0xfde725],
  );
  assert.deepEqual(
    [categoryColour(3), categoryColour(13), categoryColour(NaN)],
    [CATEGORIES[3], CATEGORIES[3], UNKNOWN],
  );
  const values = Float32Array.from({ length: 1001 }, (_, i) => (i === 1000 ? 1e9 : i));
  assert.deepEqual(span(values), [10, 990]);
  assert.deepEqual([...colourOf(Float32Array.of(5, 5, NaN), false)].slice(2), [UNKNOWN]);
  assert.deepEqual(span(new Float32Array(0)), [0, 1]);
});

test("ink covers what the brush passes, softly at the edge, and does not add up", () => {
  const start = new Float32Array(25);
  const line = { points: [0.5, 2.5, 4.5, 2.5], radius: 0.75, erases: false };
  const once = inked(start, 5, [line]);
  assert.deepEqual([...once.slice(10, 15)], [1, 1, 1, 1, 1]);
  assert.deepEqual([...once.slice(5, 10)], [0.25, 0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual([...once.slice(0, 5)], [0, 0, 0, 0, 0]);
  assert.deepEqual(inked(start, 5, [line, line]), once);
  assert.ok(inked(start, 5, [line, { ...line, erases: true }]).every((value) => value < 0.8));
  assert.deepEqual([...start], new Array(25).fill(0));
});

test("a verdict names the better one, or says that the errors do not allow it", () => {
  const names = ["the first", "the second"] as const;
  assert.match(
    verdict({ value: -100, error: 0.3 }, { value: -95, error: 0.4 }, names),
    /^the second .* 5\.0 ± 0\.5 nats/,
  );
  assert.match(
    verdict({ value: -90, error: 0.3 }, { value: -95, error: 0.4 }, names),
    /^the first/,
  );
  assert.match(
    verdict({ value: -95.9, error: 0.3 }, { value: -95, error: 0.4 }, names),
    /^No difference beyond the errors/,
  );
  assert.match(
    verdict({ value: -Infinity, error: 0 }, { value: -95, error: 0.4 }, names),
    /not finite/,
  );
});

test("of numbers that are not to be trusted a verdict says only what it looks like", () => {
  const names = ["the first", "the second"] as const;
  const [a, b] = [
    { value: -100, error: 0.3, trusted: true },
    { value: -95, error: 0.4, trusted: false },
  ];
  assert.match(verdict(a, b, names), /^It looks as if the second .* about 5\.0 nats\.$/);
  assert.match(verdict(b, a, names), /^It looks as if the first /);
  assert.match(verdict({ ...a, value: -95.5 }, b, names), /^It looks as if both /);
});

test("numbers are written with their errors, and a bound as a bound", () => {
  assert.equal(measured({ value: -170.66, error: 0.04 }), "−170.7 ± 0.04");
  assert.equal(measured({ value: 12345.6, error: 0 }), "12,346");
  assert.equal(measured({ value: -0.01, error: 0 }), "0.0");
  assert.equal(measured({ value: -170.66, error: 0.3, trusted: false }), "at least −170.7");
});

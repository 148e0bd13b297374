import assert from "node:assert/strict";
import { test } from "node:test";
import { exact, numberOf, refusal, stepped, unfinished } from "./typed";

test("numbers are read with a point or a comma, and nothing else is a number", () => {
  const known: [string, number][] = [
    ["12.75", 12.75],
    ["12,75", 12.75],
    [" -0.5 ", -0.5],
    ["\u22123", -3],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-2", 0.01],
  ];
  for (const [text, value] of known) assert.equal(numberOf(text), value, text);
  for (const text of ["", "-", "1e", "1,234.5", "1,2,3", "0x10", "12 m", "Infinity", "NaN"])
    assert.ok(Number.isNaN(numberOf(text)), text);
});

test("what is only begun is not refused yet", () => {
  for (const text of ["-", "+", ".", "-,", "1e", "1e-"]) assert.ok(unfinished(text), text);
  for (const text of ["", "1", "x", "e", "1,2,"]) assert.ok(!unfinished(text), text);
});

test("a column refuses in words what it cannot hold", () => {
  assert.match(refusal(NaN, "real")!, /number is needed/);
  for (const large of [1e99, 1e999, -4e38]) assert.match(refusal(large, "real")!, /too large/);
  assert.match(refusal(1.5, "count")!, /whole numbers/);
  for (const low of [0, -1, 1e-60]) assert.match(refusal(low, "positive")!, /above 0/);
  for (const kind of ["real", "count", "positive"]) assert.equal(refusal(3, kind), null);
});

test("a float32 is written so that it reads back as itself", () => {
  const known: [number, number, string][] = [
    [13.2, 0.05, "13.2"],
    [0.00123, 0.5, "0.00123"],
    [61.5, 1, "61.5"],
    [1000, 0.05, "1000"],
    [0, 1, "0"],
  ];
  for (const [value, step, text] of known) assert.equal(exact(Math.fround(value), step), text);
});

test("a step goes to a number that a person would write, and not out of the column", () => {
  assert.equal(stepped(Math.fround(13.2), 1, 0.05, "real"), 13.25);
  assert.equal(stepped(0.30000001192, -1, 0.1, "real"), 0.2);
  assert.equal(stepped(3, -10, 1, "count"), 0);
  assert.equal(stepped(0.02, -1, 0.05, "positive"), 0.02);
  assert.equal(stepped(164.6, -10, 0.2, "real"), 162.6);
});

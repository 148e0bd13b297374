import assert from "node:assert/strict";
import { test } from "node:test";
import { certain, placed } from "../../paint/columns";
import type { About, Column } from "../../transport/transport";
import { apart, linesOf, says, UNFOLDED } from "./lines";

const number: Column = {
  name: "height",
  kind: "real",
  low: 150,
  high: 190,
  mean: 170,
  sd: 8,
  choices: null,
};
const either: Column = { ...number, name: "smoker", kind: "binary", choices: ["no", "yes"] };
const city: Column = { ...number, name: "city", kind: "category", choices: ["Oslo", "Rome", "Ulm"] };

const about = { columns: [number, either, city] } as unknown as About;
const values = Float32Array.of(164.2, 1, 1);
const original = { values, chances: certain(values, about) };
const rebuilt = {
  values: Float32Array.of(168.1, 0, 1),
  chances: Float32Array.of(0.75, 0.25, 0.1, 0.82, 0.08),
};

const told = (line: Parameters<typeof says>[0]): string[] => [
  says(line, original).text,
  says(line, rebuilt).text,
  apart(line, original, rebuilt),
];

test("an example has one choice of each column for certain", () => {
  assert.deepEqual([...original.chances], [0, 1, 0, 1, 0]);
  assert.deepEqual(
    placed(about).map(({ first }) => first),
    [null, 0, 2],
  );
});

test("numbers have a difference, choices a probability each, two choices one line", () => {
  assert.deepEqual(linesOf(about, true, new Set()).map(told), [
    ["164.2", "168.1", "+3.9"],
    ["yes", "no 75 %", "−75 %"],
    ["Rome", "Rome 82 %", "same"],
    ["0 %", "10 %", "+10 %"],
    ["100 %", "82 %", "−18 %"],
    ["0 %", "8 %", "+8 %"],
  ]);
});

test("a place on a rail is a probability, and choices with no order have none", () => {
  const lines = linesOf(about, true, new Set());
  const at = lines.map((line) => says(line, rebuilt).at);
  assert.equal(at[1], 0.25);
  assert.equal(at[2], null);
  assert.ok(Math.abs(at[4]! - 0.82) < 1e-6);
});

test("choices are folded where they are many, where nobody wants them, or where nothing is known", () => {
  const many = { ...city, choices: Array.from({ length: UNFOLDED + 1 }, (_, i) => `c${i}`) };
  const wide = { columns: [many] } as unknown as About;
  assert.equal(linesOf(wide, true, new Set()).length, 1);
  assert.equal(linesOf(wide, true, new Set([0])).length, UNFOLDED + 2);
  assert.equal(linesOf(about, true, new Set([2])).length, 3);
  const plain = linesOf(about, false, new Set());
  assert.equal(plain.length, 3);
  const without = { values: rebuilt.values, chances: null };
  assert.deepEqual(says(plain[2]!, without), { text: "Rome", at: null });
  assert.equal(apart(plain[1]!, original, without), "other");
});

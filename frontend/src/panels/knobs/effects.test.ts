import assert from "node:assert/strict";
import { test } from "node:test";
import type { About, Column } from "../../transport/transport";
import { effects } from "./effects";

const real = (name: string): Column => ({
  name,
  kind: "real",
  low: -2,
  high: 2,
  mean: 0,
  sd: 2,
  choices: null,
});

const choice: Column = { ...real("colour"), kind: "category", choices: ["red", "white"] };

const table = (...columns: Column[]): About => ({ columns }) as unknown as About;

function said(about: About, from: number[], to: number[], chances: number[][] = []): string {
  const [before, after] = chances;
  return effects(
    { values: [from, to], chances: before && after ? [before, after] : null },
    about,
  );
}

test("columns are named by how many standard deviations they change, the most first", () => {
  const about = table(real("a"), real("b"), real("c"), real("d"), real("e"));
  assert.equal(said(about, [0, 0, 0, 0, 0], [1, -4, 0.1, 2, 1.5]), "less b, more d, more e");
});

test("a strip that looks alike from end to end is said to", () => {
  const about = table(real("a"), real("b"));
  assert.equal(said(about, [0, 0], [0.5, -0.4]), "hardly anything changes");
  assert.equal(said(about, [0, 0], [0.8, -0.4]), "more a, less b");
});

test("of a category the likelier choice is named, or from which to which it changes", () => {
  assert.equal(said(table(choice), [0], [0], [[0.9, 0.1], [0.3, 0.7]]), "more white (colour)");
  assert.equal(said(table(choice), [0], [1]), "colour from red to white");
  assert.equal(said(table(choice), [1], [1]), "hardly anything changes");
});

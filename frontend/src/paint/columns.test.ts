import assert from "node:assert/strict";
import { test } from "node:test";
import type { About, Column } from "../transport/transport";
import { along, placed, reading, written } from "./columns";

const NUMBER: Column = {
  name: "alcohol",
  kind: "real",
  low: 11,
  high: 15,
  mean: 13,
  sd: 0.8,
  choices: null,
  width: 1,
};
const CHOICE: Column = {
  name: "colour",
  kind: "category",
  low: 0,
  high: 2,
  mean: 1,
  sd: 1,
  choices: ["red", "white", "pink"],
  width: 3,
};

function row(...columns: Column[]): About {
  return { columns } as unknown as About;
}

test("numbers have the digits by which their column varies", () => {
  assert.equal(written(13.6273, 0.8), "13.63");
  assert.equal(written(1260.4, 314), "1,260");
  assert.equal(written(-0.2913, 0.1), "−0.29");
  assert.equal(written(0, 1), "0.0");
  assert.equal(written(NaN), "–");
  assert.equal(written(1.5e-7), "1.50e−7");
});

test("a column's values begin where those of the columns before it end", () => {
  const found = placed(row(NUMBER, CHOICE, NUMBER));
  assert.deepEqual(
    found.map(({ at }) => at),
    [0, 1, 4],
  );
});

test("of a category with a probability for each choice the likeliest is said", () => {
  const [place] = placed(row(CHOICE));
  assert.equal(reading([0.1, 0.82, 0.08], place!), "white 82 %");
  assert.equal(reading([0, 1, 0], place!), "white");
});

test("of a category that holds a code its name is said", () => {
  const [place] = placed(row({ ...CHOICE, width: 1 }));
  assert.equal(reading([2], place!), "pink");
});

test("what lies beyond a column's percentiles stays on its line", () => {
  assert.equal(along(-100, NUMBER), 0);
  assert.equal(along(100, NUMBER), 1);
  assert.equal(along(13, NUMBER), 0.5);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { About, Column } from "../transport/transport";
import { along, certain, percent, placed, reading, signed, written } from "./columns";

const NUMBER: Column = {
  name: "alcohol",
  kind: "real",
  low: 11,
  high: 15,
  mean: 13,
  sd: 0.8,
  choices: null,
};
const CHOICE: Column = {
  name: "colour",
  kind: "category",
  low: 0,
  high: 2,
  mean: 1,
  sd: 1,
  choices: ["red", "white", "pink"],
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

test("choices of a column come after those of the columns before it", () => {
  const about = row(CHOICE, NUMBER, CHOICE);
  assert.deepEqual(
    placed(about).map(({ at, first }) => [at, first]),
    [
      [0, 0],
      [1, null],
      [2, 3],
    ],
  );
  assert.deepEqual([...certain([2, 13, 0], about)], [0, 0, 1, 1, 0, 0]);
});

test("of a choice its name is said, of several examples' yes and no how many say yes", () => {
  const either: Column = { ...CHOICE, kind: "binary", choices: ["no", "yes"] };
  const [choice, both] = placed(row(CHOICE, either));
  assert.equal(reading([2, 1], choice!), "pink");
  assert.equal(reading([2, 1], both!), "yes");
  assert.equal(reading([2, 0.7], both!), "yes 70 %");
});

test("a probability is never rounded to nothing or to all, and a difference has its sign", () => {
  assert.deepEqual([0, 0.001, 0.824, 0.999, 1].map(percent), ["0 %", "< 1 %", "82 %", "> 99 %", "100 %"]);
  assert.deepEqual(["0.3", "−18 %", "-18 %", "0.0", "−0.00"].map(signed), ["+0.3", "−18 %", "−18 %", "0.0", "0.00"]);
});

test("what lies beyond a column's percentiles stays on its line", () => {
  assert.equal(along(-100, NUMBER), 0);
  assert.equal(along(100, NUMBER), 1);
  assert.equal(along(13, NUMBER), 0.5);
});

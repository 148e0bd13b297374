import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "./csv";

test("numbers are numbers, negative ones too", () => {
  assert.equal(csv([[1, -2.5, 1e-7]]), "1,-2.5,1e-7\r\n");
});

test("commas, quotes and line ends are quoted", () => {
  assert.equal(csv([["a,b", 'say "so"', "two\nlines"]]), '"a,b","say ""so""","two\nlines"\r\n');
});

test("what begins like a formula is not run", () => {
  for (const start of ["=", "+", "-", "@", "\t"]) {
    assert.equal(csv([[`${start}1+1`]]), `'${start}1+1\r\n`);
  }
  assert.equal(csv([["\r1"]]), '"\'\r1"\r\n');
  assert.equal(csv([['=HYPERLINK("x")']]), '"\'=HYPERLINK(""x"")"\r\n');
});

test("what is missing is empty", () => {
  assert.equal(csv([[null, NaN, ""]]), ",,\r\n");
});

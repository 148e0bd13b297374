import assert from "node:assert/strict";
import { test } from "node:test";
import { CATEGORIES, categoryColour, DISTINCT, ringed, UNKNOWN } from "./colours";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const times = (m: Matrix, v: Triple): Triple =>
  m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple;

const LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const OKLAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

/** What linear light becomes without one kind of cone: Machado, Oliveira & Fernandes (2009). */
const EYES: Record<string, Matrix> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "no long": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no medium": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  "no short": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(colour: number): Triple {
  return [16, 8, 0].map((shift) => {
    const share = ((colour >> shift) & 255) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function seen(colour: number, eyes: Matrix): Triple {
  const light = times(eyes, linear(colour)).map((part) => Math.min(1, Math.max(0, part)));
  return times(OKLAB, times(LMS, light as unknown as Triple).map(Math.cbrt) as unknown as Triple);
}

function apart(one: number, other: number, eyes: Matrix): number {
  const [a, b] = [seen(one, eyes), seen(other, eyes)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function contrast(one: number, other: number): number {
  const light = (colour: number): number => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const [a, b] = [light(one), light(other)];
  return Math.max(a, b) / Math.min(a, b);
}

test("any two colours can be told apart, also without one kind of cone", () => {
  for (const [eyes, matrix] of Object.entries(EYES)) {
    const least = eyes === "all" ? 0.18 : 0.09;
    CATEGORIES.forEach((one, i) => {
      for (const other of CATEGORIES.slice(0, i))
        assert.ok(apart(one, other, matrix) >= least, `${one.toString(16)} and ${other.toString(16)}`);
    });
  }
  for (const one of CATEGORIES) assert.ok(apart(one, UNKNOWN, EYES["all"]!) > 0.12);
});

test("every colour is seen on white paper and on dark", () => {
  for (const one of CATEGORIES)
    for (const paper of [0xfefefe, 0x14191f]) assert.ok(contrast(one, paper) >= 1.75);
});

test("the eleventh category has the first one's colour and another shape", () => {
  assert.equal(categoryColour(10), categoryColour(0));
  assert.deepEqual([0, 9, 10, 19, 20].map(ringed), [false, false, true, true, false]);
  const looks = Array.from({ length: DISTINCT }, (_, i) => `${categoryColour(i)} ${ringed(i)}`);
  assert.equal(new Set(looks).size, DISTINCT);
  assert.equal(categoryColour(NaN), UNKNOWN);
  assert.equal(ringed(NaN), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { along, spherical, straight } from "./interpolation";
import { around } from "./random";

const units = 6;
const none = new Float32Array(units);
const draw = (seed: number): Float32Array =>
  around(
    none,
    none.map(() => 1),
    1,
    1,
    seed,
  );
const near = (a: ArrayLike<number>, b: ArrayLike<number>, within = 1e-5): void =>
  Array.from(a).forEach((value, i) =>
    assert.ok(Math.abs(value - b[i]!) < within, `${value} is not ${b[i]} at ${i}`),
  );
const length = (a: Float32Array, about: Float32Array): number =>
  Math.hypot(...a.map((value, i) => value - about[i]!));

test("both ways begin and end at their ends", () => {
  const [a, b, centre] = [draw(1), draw(2), draw(3)];
  for (const way of [straight, spherical]) {
    near(way(a, b, 0, centre), a);
    near(way(a, b, 1, centre), b);
  }
});

test("the radius about the centre goes evenly from one end's to the other's", () => {
  const [a, b, centre] = [draw(1), draw(2), draw(3)];
  for (const t of [0.2, 0.5, 0.9]) {
    const wanted = (1 - t) * length(a, centre) + t * length(b, centre);
    assert.ok(Math.abs(length(spherical(a, b, t, centre), centre) - wanted) < 1e-5);
  }
});

test("the angle grows evenly", () => {
  const [a, b] = [Float32Array.of(1, 0), Float32Array.of(0, 3)];
  near(spherical(a, b, 1 / 3, new Float32Array(2)), [
    (5 / 3) * Math.cos(Math.PI / 6),
    (5 / 3) * Math.sin(Math.PI / 6),
  ]);
});

test("where the arc is not determined the way is straight", () => {
  const a = draw(1);
  for (const b of [a.map((value) => -value), a.map((value) => 2 * value), none])
    near(spherical(a, b, 0.3, none), straight(a, b, 0.3));
});

test("a journey passes through its stops, in order", () => {
  const stops = [draw(1), draw(2), draw(3)];
  stops.forEach((stop, i) => near(along(stops, i, "spherical", none), stop));
  near(along(stops, 1.5, "straight", none), straight(stops[1]!, stops[2]!, 0.5));
  near(along(stops, 9, "straight", none), stops[2]!);
  near(along(stops.slice(0, 1), 0.4, "straight", none), stops[0]!);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Grid } from "./grid";
import { extent, inside } from "./polygon";
import { leastSquares, project } from "./projection";
import { around, uniform } from "./random";
import { neighbour } from "./steps";
import { fit, panned, reveal, toData, toScreen, zoomed } from "./viewport";

const points = around(Float32Array.of(0, 5), Float32Array.of(1, 0.2), 1, 2000, 7);
const size = { width: 400, height: 300 };

test("the grid finds the point that looking at all of them finds", () => {
  const grid = new Grid(points);
  const next = uniform(1);
  let found = 0;
  for (let k = 0; k < 300; k++) {
    const [x, y, reach] = [8 * next() - 4, 4 + 2 * next(), next() / 2];
    let [best, least] = [null as number | null, reach];
    for (let i = 0; i < 2000; i++) {
      const distance = Math.hypot(points[2 * i]! - x, points[2 * i + 1]! - y);
      if (i % 3 && distance <= least) [best, least] = [i, distance];
    }
    assert.equal(
      grid.nearest(x, y, reach, (i) => i % 3 !== 0),
      best,
    );
    found += best === null ? 0 : 1;
  }
  assert.ok(found > 50 && found < 290);
});

test("a grid lives with no points, one point, equal points and points that are nowhere", () => {
  assert.equal(new Grid(new Float32Array(0)).nearest(0, 0, 1), null);
  assert.equal(new Grid(Float32Array.of(NaN, 0)).nearest(0, 0, 1), null);
  assert.equal(new Grid(Float32Array.of(2, 2)).nearest(2, 2, 0.1), 0);
  assert.notEqual(new Grid(Float32Array.of(1, 1, 1, 1, NaN, 1)).nearest(1, 1, 0.1), null);
});

test("a polygon with a notch holds what lies in it, not in the notch", () => {
  const outline = Float32Array.of(0, 0, 4, 0, 4, 4, 2, 1, 0, 4);
  assert.deepEqual(
    [...inside(Float32Array.of(1, 1, 2, 3, 3, 1, 5, 1, 2, 0.5, NaN, 1), outline)],
    [0, 2, 4],
  );
});

test("screen and data undo each other; zooming keeps the place under the pointer", () => {
  const home = fit(extent(points), size);
  const view = zoomed(panned(home, 30, -12), size, 3, 100, 50, home);
  const [x, y] = toData(view, size, 100, 50);
  const before = toData(panned(home, 30, -12), size, 100, 50);
  assert.ok(Math.hypot(x - before[0], y - before[1]) < 1e-9);
  const [px, py] = toScreen(view, size, x, y);
  assert.ok(Math.hypot(px - 100, py - 50) < 1e-9);
});

test("a fitted view shows every point, and a revealed point is seen", () => {
  const view = fit(extent(points), size);
  for (let i = 0; i < 2000; i++) {
    const [px, py] = toScreen(view, size, points[2 * i]!, points[2 * i + 1]!);
    assert.ok(px > 0 && px < size.width && py > 0 && py < size.height);
  }
  assert.equal(reveal(view, size, view.x, view.y), view);
  const [px, py] = toScreen(reveal(view, size, 100, 100), size, 100, 100);
  assert.ok(px > 0 && px < size.width && py > 0 && py < size.height);
});

test("arrow keys go the way they point", () => {
  const square = Float32Array.of(0, 0, 1, 0, 0, 1, -1, 0, 0, -1, 5, 0);
  assert.equal(neighbour(square, 0, 1, 0), 1);
  assert.equal(neighbour(square, 0, 0, 1), 2);
  assert.equal(neighbour(square, 0, -1, 0), 3);
  assert.equal(neighbour(square, 0, 0, -1), 4);
  assert.equal(
    neighbour(square, 0, 1, 0, (i) => i !== 1),
    5,
  );
  assert.equal(neighbour(square, 5, 1, 0), null);
});

test("least squares finds a linear map exactly, also with units that do not move or move together", () => {
  const [units, count] = [5, 800];
  const codes = around(new Float32Array(units), Float32Array.of(1, 2, 1e-3, 0, 1), 1, count, 3);
  for (let i = 0; i < count; i++) codes[i * units + 4] = codes[i * units]! - codes[i * units + 1]!;
  const weights = [
    [0.3, -1, 2, 0, 0.5],
    [1, 0.2, -0.7, 0, -1],
  ];
  const place = (z: Float32Array): number[] =>
    weights.map((w, axis) => w.reduce((sum, weight, j) => sum + weight * z[j]!, axis + 1));
  const rows = Array.from({ length: count }, (_, i) => codes.slice(i * units, (i + 1) * units));
  const projection = leastSquares(codes, Float32Array.from(rows.flatMap(place)), units);
  for (const z of rows.slice(0, 50)) {
    const [wanted, found] = [place(z), project(projection, z)];
    assert.ok(Math.hypot(wanted[0]! - found[0], wanted[1]! - found[1]) < 1e-4);
  }
});

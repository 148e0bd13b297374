/** How much is made at once: what is kept may be much, and the page must follow a hand meanwhile. */

/** Examples that a server gives at once, and numbers. */
const MOST = 4096;
const NUMBERS = 2 ** 22;

/** Frames of each leg of a journey, and of a long journey together. */
const LEG = 16;
const JOURNEY = 200;

/** Some things of so many numbers each, as many as are asked for at once. */
export function portions<Of>(all: readonly Of[], size: number): Of[][] {
  const many = Math.max(1, Math.min(MOST, Math.floor(NUMBERS / size)));
  return Array.from({ length: Math.ceil(all.length / many) }, (_, i) =>
    all.slice(i * many, (i + 1) * many),
  );
}

/** Frames of each leg of a journey: fewer where there are many legs. */
export function framesOf(legs: number): number {
  return Math.max(1, Math.min(LEG, Math.floor(JOURNEY / Math.max(1, legs))));
}

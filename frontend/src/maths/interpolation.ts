/** Ways from one code to the next. */

export type Way = "straight" | "spherical";

/** (1 - t) a + t b. */
export function straight(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return a.map((value, unit) => (1 - t) * value + t * b[unit]!);
}

/**
 * Spherical interpolation about a centre c (the prior's mean), the radius interpolated:
 *
 *     u = a - c,  v = b - c,  cos w = u.v / (|u| |v|)
 *     z(t) = c + ((1 - t)|u| + t|v|) (sin((1 - t) w) u/|u| + sin(t w) v/|v|) / sin w
 *
 * Draws from a standard normal prior lie near a sphere; a straight line between two of them cuts
 * through its inside, where the decoder has seen little. Where the arc is not determined (a code
 * at the centre; codes in the same or in opposite directions) the way is straight.
 * Shoemake (1985), "Animating rotation with quaternion curves".
 */
export function spherical(
  a: Float32Array,
  b: Float32Array,
  t: number,
  centre: Float32Array,
): Float32Array {
  const u = Float64Array.from(a, (value, unit) => value - centre[unit]!);
  const v = Float64Array.from(b, (value, unit) => value - centre[unit]!);
  const [from, to] = [Math.hypot(...u), Math.hypot(...v)];
  const cosine =
    from && to ? u.reduce((sum, value, unit) => sum + (value * v[unit]!) / (from * to), 0) : 1;
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (sine < 1e-4) return straight(a, b, t);
  const radius = (1 - t) * from + t * to;
  const [p, q] = [Math.sin((1 - t) * angle) / sine / from, Math.sin(t * angle) / sine / to];
  return Float32Array.from(u, (value, unit) => centre[unit]! + radius * (p * value + q * v[unit]!));
}

/** The code at `position` of a journey through several: 0 is the first, 1 the second, 1.5 halfway to the third. */
export function along(
  stops: Float32Array[],
  position: number,
  way: Way,
  centre: Float32Array,
): Float32Array {
  const leg = Math.max(0, Math.min(stops.length - 2, Math.floor(position)));
  const [from, to] = [stops[leg]!, stops[Math.min(leg + 1, stops.length - 1)]!];
  const t = Math.max(0, Math.min(1, position - leg));
  return way === "straight" ? straight(from, to, t) : spherical(from, to, t, centre);
}

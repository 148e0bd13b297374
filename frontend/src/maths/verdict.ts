/** Two numbers with errors, compared in words. */

import { figure, measured, type Measured } from "./measured";

/** b - a with the error of a difference of independent numbers. */
export function gap(a: Measured, b: Measured): Measured {
  return {
    value: b.value - a.value,
    error: Math.hypot(a.error, b.error),
    trusted: a.trusted !== false && b.trusted !== false,
  };
}

/**
 * Which of two explains an example better, by how much, and whether that is more than the errors
 * allow: a gap below two standard errors is called undecided. Of numbers that are not to be
 * trusted it is only said what it looks like.
 */
export function verdict(a: Measured, b: Measured, names: readonly [string, string]): string {
  const { value, error, trusted } = gap(a, b);
  const size = Math.abs(value);
  const better = names[value > 0 ? 1 : 0];
  const open = size <= 2 * error;
  if (!Number.isFinite(value) || !Number.isFinite(error))
    return "One of the two numbers is not finite, so nothing can be said.";
  if (!trusted && open)
    return `It looks as if both explain this example about equally well: ${figure(size)} nats apart.`;
  if (!trusted)
    return `It looks as if ${better} explains this example better, by about ${figure(size)} nats.`;
  const words = `${measured({ value: size, error })} nats`;
  return open
    ? `No difference beyond the errors: ${words}. Both explain this example about equally well.`
    : `${better} explains this example better, by ${words}.`;
}

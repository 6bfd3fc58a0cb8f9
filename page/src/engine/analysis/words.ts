/** Numbers as Python's format writes them. */

import { roundEven } from "../math/numbers";

/** A share as percent, with so many digits after the point. */
export function percent(share: number, digits = 0): string {
  return `${fixed(100 * share, digits)}%`;
}

/** A number with so many digits after the point; a tie goes to the even digit, as in Python (1.25 is 1.2, toFixed says 1.3). */
export function fixed(value: number, digits: number): string {
  const canBeTie = Number.isInteger(value * 2 ** (digits + 1)); // no other number lies exactly between two
  return canBeTie ? (roundEven(value * 10 ** digits) / 10 ** digits).toFixed(digits) : value.toFixed(digits);
}

/** Small sums over arrays of numbers, rounded and ordered as numpy does it. */

export type Numbers = ArrayLike<number>;

/** Round half to even, as Python and numpy do. */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export function sum(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

export function mean(values: Numbers): number {
  return sum(values) / values.length;
}

export function highest(values: Numbers): number {
  let found = -Infinity;
  for (let i = 0; i < values.length; i++) found = Math.max(found, values[i]!);
  return found;
}

/** Place of the first of the highest values. */
export function argmax(values: Numbers): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** A sorted copy. */
export function sorted(values: Numbers): Float64Array {
  return Float64Array.from(values).sort();
}

/** The value below which a share of the values lies, interpolated between neighbours. */
export function quantile(values: Numbers, share: number): number {
  return quantileOfSorted(sorted(values), share);
}

/** As `quantile`, of values that are in order. */
export function quantileOfSorted(values: Numbers, share: number): number {
  const place = share * (values.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, values.length - 1);
  return values[below]! + (values[above]! - values[below]!) * (place - below);
}

export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** Values from first to last in equal steps, both ends included. */
export function linspace(first: number, last: number, count: number): number[] {
  if (count === 1) return [first];
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? last : first + ((last - first) / (count - 1)) * i));
}

/** Value at x of the lines through points whose x are in order; beyond the ends that of the nearest end. */
export function interpolate(x: number, xs: Numbers, ys: Numbers): number {
  const last = xs.length - 1;
  if (x <= xs[0]!) return ys[0]!;
  if (x >= xs[last]!) return ys[last]!;
  let right = 1;
  while (xs[right]! < x) right++;
  const [x0, x1, y0, y1] = [xs[right - 1]!, xs[right]!, ys[right - 1]!, ys[right]!];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** A Hann window with zeros at both ends (numpy.hanning). */
export function hanning(length: number): Float64Array {
  if (length === 1) return new Float64Array([1]);
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));
}

/** Unbroken runs of true: the first, and the one after the last. */
export function stretches(flags: ArrayLike<boolean | number>): [number, number][] {
  const found: [number, number][] = [];
  let first = -1;
  for (let i = 0; i <= flags.length; i++) {
    const on = i < flags.length && Boolean(flags[i]);
    if (on && first < 0) first = i;
    if (!on && first >= 0) {
      found.push([first, i]);
      first = -1;
    }
  }
  return found;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

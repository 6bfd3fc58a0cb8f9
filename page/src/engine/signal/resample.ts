/**
 * Change of sampling rate. Python uses soxr at its high quality: all up to 91 % of the lower half rate passes, nothing above it
 * does, and nothing moves in time. The filters here have the slopes that soxr's were measured to have in one and in several stages:
 * with others the model's probabilities differ by up to 1e-3, with these by half of that at most.
 */

import { greatestCommonDivisor } from "../math/numbers";

/** Up to which share of the lower half rate all passes, and how far what is above is brought down. */
const ONE_STAGE = { passes: 0.914, attenuation: 130 };
const TWO_STAGES = { passes: 0.9135, attenuation: 140 };
const MOST_PHASES = 512; // of a filter's table; between them values are interpolated (to -106 dB)

/** Resample a whole recording: mono samples (n,) at `rate` → (round(n · newRate / rate),). */
export function resample(samples: Float32Array, rate: number, newRate: number): Float32Array {
  if (rate === newRate) return samples;
  const count = Math.floor((samples.length * newRate) / rate + 0.5);
  const nyquist = Math.min(rate, newRate) / 2;
  const factor = Math.floor(rate / newRate / 2);
  const whole = { first: 0, count, up: newRate, down: rate, stop: nyquist };
  if (factor < 2) return filter(samples, { ...whole, ...ONE_STAGE, pass: ONE_STAGE.passes * nyquist }, rate);

  // First to about twice the new rate: a short filter does, since what it lets fold back is taken out by the second.
  const middle = {
    up: 1,
    down: factor,
    pass: nyquist,
    stop: rate / factor - nyquist,
    attenuation: TWO_STAGES.attenuation,
  };
  const margin = Math.ceil(halfLength(middle, rate) / factor); // so that the recording's ends are no ends of the filter
  const coarse = filter(
    samples,
    { ...middle, first: -margin, count: Math.ceil(samples.length / factor) + 2 * margin },
    rate,
  );
  const last = { ...whole, ...TWO_STAGES, up: newRate * factor, pass: TWO_STAGES.passes * nyquist };
  return filter(coarse, last, rate / factor, margin);
}

/** A filter: value k lies at sample k · down / up; edges in Hz, between them the attenuation in dB is reached. */
interface Filter {
  up: number;
  down: number;
  pass: number;
  stop: number;
  attenuation: number;
}

/** A filter, and which of its values are wanted. */
interface Plan extends Filter {
  first: number;
  count: number;
}

/** Values of a plan at samples that come `rate` a second; sample 0 of the recording is number `offset`. */
function filter(samples: Float32Array, plan: Plan, rate: number, offset = 0): Float32Array {
  const divisor = greatestCommonDivisor(plan.up, plan.down);
  const [up, down] = [plan.up / divisor, plan.down / divisor];
  const half = halfLength(plan, rate);
  const phases = Math.min(up, MOST_PHASES);
  const table = makeTable(phases, half, (plan.pass + plan.stop) / rate, plan.attenuation);
  const values = new Float32Array(plan.count);
  for (let k = 0; k < plan.count; k++) {
    const position = (plan.first + k) * down; // in samples · up
    const whole = Math.floor(position / up);
    const phase = ((position - whole * up) / up) * phases;
    const lower = Math.floor(phase + 1e-9);
    const share = phase - lower;
    const start = whole + offset - half + 1;
    const value = dot(samples, start, table[lower]!);
    values[k] = share < 1e-6 ? value : value + share * (dot(samples, start, table[lower + 1]!) - value);
  }
  return values;
}

/** Samples on either side that a filter needs (Kaiser's rule). */
function halfLength({ pass, stop, attenuation }: Filter, rate: number): number {
  return Math.ceil((attenuation - 7.95) / (14.36 * ((stop - pass) / rate)) / 2);
}

/** A windowed sinc for each phase and one more, each (2 · half,); `width`: twice the cut-off over the rate. */
function makeTable(phases: number, half: number, width: number, attenuation: number): Float64Array[] {
  const beta = 0.1102 * (attenuation - 8.7);
  const top = bessel(beta);
  return Array.from({ length: phases + 1 }, (_, phase) =>
    Float64Array.from({ length: 2 * half }, (_, tap) => {
      const distance = half - 1 - tap + phase / phases;
      const window = bessel(beta * Math.sqrt(Math.max(0, 1 - (distance / half) ** 2))) / top;
      return width * sinc(width * distance) * window;
    }),
  );
}

function dot(samples: Float32Array, start: number, taps: Float64Array): number {
  const from = Math.max(0, -start);
  const to = Math.min(taps.length, samples.length - start);
  let total = 0;
  for (let tap = from; tap < to; tap++) total += samples[start + tap]! * taps[tap]!;
  return total;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let [term, total] = [1, 1];
  for (let k = 1; term > 1e-17 * total; k++) {
    term *= (x / (2 * k)) ** 2;
    total += term;
  }
  return total;
}

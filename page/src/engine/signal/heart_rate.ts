/** Heart rate from the loudness of a recording, by autocorrelation (auscult.signal.heart_rate). */

import { irfft, powerSpectrum } from "../math/fft";
import { argmax, hanning, highest, mean, median, quantile, roundEven, sum } from "../math/numbers";
import type { HeartRateAnswer } from "../types";
import { bandPass } from "./band_pass";
import { SILENCE } from "./level";

const [SLOWEST, FASTEST] = [30, 220]; // beats a minute, from an athlete asleep to a newborn
const SHORTEST_SECONDS = 2;
const [WINDOW_SECONDS, STEP_SECONDS] = [10, 5];
const BAND = { low: 25, high: 200, order: 2 }; // Hz, where S1 and S2 are
const FRAMES = 100; // of the envelope, a second
const LEVELLING_SECONDS = 1.5;
const LOUDEST = 0.95; // quantile at which knocks are cut
const AGREES = 0.1; // relative distance of a window's cycle from the median
const HALF = 0.9; // a peak lower than this part of the one at its double is half a cycle
const CHANCE = 0.24; // height that noise seldom reaches in 10 s; in a shorter window more, as 1 / √length

/** A cycle in seconds and the height of the autocorrelation there; NaN and 0 where there is none. */
interface Cycle {
  seconds: number;
  height: number;
}

/** Estimate the heart rate from mono samples (n,), at any level; confidence from 0 to 1, above 0.5 the beat is plain. */
export function estimateHeartRate(samples: Float32Array, rate: number): HeartRateAnswer {
  if (samples.length < SHORTEST_SECONDS * rate) return { beats_per_minute: null, confidence: 0 };
  const cycles = cutWindows(findEnvelope(samples, rate)).map(findCycle);
  const found = cycles.filter((cycle) => !Number.isNaN(cycle.seconds));
  if (cycles.length - found.length > cycles.length / 2) return { beats_per_minute: null, confidence: 0 };
  const seconds = median(found.map((cycle) => cycle.seconds));
  const agreeing = found.filter((cycle) => Math.abs(cycle.seconds / seconds - 1) < AGREES).length / cycles.length;
  return { beats_per_minute: 60 / seconds, confidence: agreeing * median(cycles.map((cycle) => cycle.height)) };
}

/** Loudness of the heart sounds, smoothed, of one level throughout; (100 · seconds,), zeros where silent. */
function findEnvelope(samples: Float32Array, rate: number): Float64Array {
  const window = hanning(9);
  const smooth = window.subarray(1, -1).map((value) => value / sum(window)); // 70 ms, shorter than S1
  const loudness = convolve(findEnergy(samples, rate), smooth).map((power) => {
    const value = Math.sqrt(power);
    return value <= SILENCE ? 0 : value;
  });
  const local = filterUniformly(loudness, roundEven(LEVELLING_SECONDS * FRAMES));
  const levelled = loudness.map((value, i) => value / Math.max(local[i]!, SILENCE));
  const loudest = quantile(levelled, LOUDEST);
  return levelled.map((value) => Math.min(value, loudest));
}

/** Mean power of the heart sounds in each frame; the last frame reaches to the end. */
function findEnergy(samples: Float32Array, rate: number): Float64Array {
  const frames = Math.floor((samples.length / rate) * FRAMES);
  const band = bandPass(samples, rate, BAND);
  const startOf = (frame: number): number => (frame < frames ? Math.floor((frame * rate) / FRAMES) : samples.length);
  return Float64Array.from({ length: frames }, (_, frame) => {
    const part = band.subarray(startOf(frame), startOf(frame + 1));
    return part.reduce((total, value) => total + value * value, 0) / part.length;
  });
}

/** Each value with its neighbours, weighted; nothing is beyond the ends. */
function convolve(values: Float64Array, weights: Float64Array): Float64Array {
  const reach = (weights.length - 1) / 2;
  return values.map((_, i) => {
    let total = 0;
    for (let k = Math.max(0, i - reach); k <= Math.min(values.length - 1, i + reach); k++)
      total += values[k]! * weights[k - i + reach]!;
    return total;
  });
}

/** Mean over `width` values about each (scipy.ndimage.uniform_filter1d); beyond the ends the values are mirrored. */
function filterUniformly(values: Float64Array, width: number): Float64Array {
  const n = values.length;
  const before = Math.floor(width / 2);
  const at = (i: number): number => {
    const place = ((i % (2 * n)) + 2 * n) % (2 * n);
    return values[place < n ? place : 2 * n - 1 - place]!;
  };
  let total = 0;
  for (let i = -before; i < width - before; i++) total += at(i);
  return values.map((_, i) => {
    const here = total / width;
    total += at(i - before + width) - at(i - before);
    return here;
  });
}

/** Windows of 10 s that reach to the end; one shorter window of a short recording. */
function cutWindows(loudness: Float64Array): Float64Array[] {
  const length = Math.min(WINDOW_SECONDS * FRAMES, loudness.length);
  const last = loudness.length - length;
  const starts: number[] = [];
  for (let start = 0; start < last; start += STEP_SECONDS * FRAMES) starts.push(start);
  return [...starts, last].map((start) => loudness.subarray(start, start + length));
}

/** Of the peaks that are no half cycles, the one that is highest together with its double. */
function findCycle(loudness: Float64Array): Cycle {
  const similar = autocorrelate(loudness);
  const first = Math.floor((60 / FASTEST) * FRAMES);
  const longest = Math.min(Math.ceil((60 / SLOWEST) * FRAMES), Math.floor(loudness.length / 2));
  const peaks = findPeaks(similar.subarray(first, longest + 1)).map((place) => {
    const lag = first + place;
    return { lag, height: similar[lag]!, double: heightAtDouble(similar, lag) };
  });
  const whole = peaks.filter(({ height, double }) => height >= HALF * double);
  const best = whole[argmax(whole.map(({ height, double }) => height + double))];
  if (!best || best.height < CHANCE * Math.sqrt((WINDOW_SECONDS * FRAMES) / loudness.length))
    return { seconds: NaN, height: 0 };
  const overlap = 1 - best.lag / loudness.length;
  return { seconds: findVertex(similar, best.lag) / FRAMES, height: Math.min(best.height / overlap, 1) };
}

/** Sum of products of the centred envelope with itself at every lag, 1 at lag 0, so a long lag counts less; (n,). */
function autocorrelate(loudness: Float64Array): Float64Array {
  const middle = mean(loudness);
  const size = 2 ** Math.ceil(Math.log2(2 * loudness.length));
  const power = powerSpectrum(
    loudness.map((value) => value - middle),
    size,
  );
  const sums = irfft({ re: power, im: new Float64Array(power.length) }, size).subarray(0, loudness.length);
  return sums[0]! > 1e-9 ? sums.map((value) => value / sums[0]!) : new Float64Array(loudness.length);
}

/** Places higher than both their neighbours; of a plateau the middle (scipy.signal.find_peaks). */
function findPeaks(values: Float64Array): number[] {
  const found: number[] = [];
  for (let i = 1; i < values.length - 1; i++) {
    if (values[i]! <= values[i - 1]!) continue;
    let end = i;
    while (end < values.length - 1 && values[end + 1] === values[i]) end++;
    if (end < values.length - 1 && values[end + 1]! < values[i]!) found.push(Math.floor((i + end) / 2));
    i = end;
  }
  return found;
}

/** Height near twice the lag, 5 % of the lag more or less. */
function heightAtDouble(similar: Float64Array, lag: number): number {
  const slack = Math.max(1, Math.floor(lag / 20));
  return highest(similar.subarray(2 * lag - slack, 2 * lag + slack + 1));
}

/** Top of the parabola through a peak and its neighbours, in lags. */
function findVertex(similar: Float64Array, lag: number): number {
  const [before, top, after] = [similar[lag - 1]!, similar[lag]!, similar[lag + 1]!];
  return lag + (before - after) / (2 * (before - 2 * top + after));
}

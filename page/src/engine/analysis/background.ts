/** What a recording sounds like where nothing in particular happens (auscult.analysis.background). */

import { irfft, powerSpectrum, rfft, rfftFrequencies, type Complex } from "../math/fft";
import { hanning, interpolate, median, roundEven, sum } from "../math/numbers";
import { standardNormal } from "../math/noise";

const FRAME_SECONDS = 0.128;
const MOST_FRAMES = 4000;
const EDGE_SHARE = 0.1; // of a band: the width of its slopes
const MEDIAN_TO_MEAN = 1 / Math.log(2); // the power of noise in one frame and bin is distributed exponentially

/** Noise of `length` samples with the background spectrum of a recording (n,), n > 0: at each frequency the median over time. */
export function makeBackground(samples: Float32Array, rate: number, length: number): Float32Array {
  const density = medianDensity(samples, rate).map(Math.sqrt);
  const noise = rfft(standardNormal(length));
  const last = noise.re.length - 1;
  const shape = noise.re.map((_, bin) => between(density, (bin / Math.max(last, 1)) * (density.length - 1)));
  return Float32Array.from(irfft(weigh(noise, shape), length));
}

/** A stretch of time, and the length of its cross-fades, in samples from the start of the recording. */
export interface StretchSwap {
  start: number;
  stop: number;
  fade: number;
  /** Samples after which the recording is repeated, and the stretch with it. */
  period: number;
}

/** Replace a stretch of time by background, with cross-fades inside the stretch; `offset`: number of the section's first sample. */
export function swapStretch(
  section: Float32Array,
  offset: number,
  background: Float32Array,
  swap: StretchSwap,
): Float32Array {
  const { start, stop, period } = swap;
  const fade = Math.min(swap.fade, (stop - start) / 2);
  const times = [start, start + fade, stop - fade, stop];
  return section.map((value, i) => {
    const time = (offset + i) % period;
    if (time < start || time > stop) return value;
    return value - Math.fround(interpolate(time, times, [0, 1, 1, 0])) * (value - background[i]!);
  });
}

/** What of a section differs from the background, ready to be split into bands. */
export interface Difference {
  bins: Complex;
  hz: Float64Array;
  size: number;
  margin: number;
}

/** Transform a section's difference from the background, mirrored at both ends so that they do not ring into each other. */
export function findDifference(section: Float32Array, background: Float32Array, rate: number): Difference {
  const margin = Math.min(section.length - 1, Math.floor(rate / 2));
  const size = section.length + 2 * margin;
  const last = section.length - 1;
  const extended = Float32Array.from({ length: size }, (_, i) => {
    const at = Math.abs(i - margin);
    const mirrored = at > last ? 2 * last - at : at;
    return section[mirrored]! - background[mirrored]!;
  });
  return { bins: rfft(extended), hz: rfftFrequencies(size, 1 / rate), size, margin };
}

/** Replace a band (Hz; its slopes lie half inside and half outside) by background, with a filter that moves nothing in time. */
export function swapBand(section: Float32Array, difference: Difference, low: number, high: number): Float32Array {
  const slope = (EDGE_SHARE * (high - low)) / 2;
  const edges = [low - slope, low + slope, high - slope, high + slope];
  const weights = difference.hz.map((hz) => interpolate(hz, edges, [0, 1, 1, 0]));
  const band = irfft(weigh(difference.bins, weights), difference.size);
  return section.map((value, i) => value - Math.fround(band[difference.margin + i]!));
}

/** Background power at each frequency from 0 to half the rate, (bins,); 1 at all of them for white noise of power 1. */
function medianDensity(samples: Float32Array, rate: number): Float64Array {
  const size = Math.min(Math.max(1, roundEven(FRAME_SECONDS * rate)), samples.length);
  const hop = Math.max(Math.floor(size / 2), Math.floor(samples.length / MOST_FRAMES), 1);
  const window = hanning(size + 2).subarray(1, -1); // without the zeros at its ends
  const energy = sum(window.map((value) => value * value));
  const frames: Float64Array[] = [];
  for (let start = 0; start + size <= samples.length; start += hop) {
    frames.push(powerSpectrum(window.map((value, i) => value * samples[start + i]!)));
  }
  return frames[0]!.map((_, bin) => (median(frames.map((frame) => frame[bin]!)) / energy) * MEDIAN_TO_MEAN);
}

function weigh({ re, im }: Complex, weights: Float64Array): Complex {
  return { re: re.map((value, bin) => value * weights[bin]!), im: im.map((value, bin) => value * weights[bin]!) };
}

/** Value of a list between two of its places. */
function between(values: Float64Array, place: number): number {
  const below = Math.min(Math.floor(place), values.length - 1);
  const above = Math.min(below + 1, values.length - 1);
  return values[below]! + (values[above]! - values[below]!) * (place - below);
}

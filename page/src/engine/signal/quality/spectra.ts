/** Two spectra of a piece of sound: a quick one for rhythm and a fine one for pitch (auscult.signal.quality.spectra). */

import { powerSpectrum, rfftFrequencies } from "../../math/fft";
import { hanning, roundEven, sum } from "../../math/numbers";

export const HOP_SECONDS = 0.016;
const QUICK_SECONDS = 0.064;
const FINE_SECONDS = 1;
/** Power added before a logarithm: far below that of one step of 16 bits. */
export const TINY = 1e-14;

/** Power in frames, (frames, bins), and the frequency of each bin in Hz. */
export interface Spectrum {
  power: Float64Array[];
  hz: Float64Array;
}

export interface Spectra {
  /** Frames of 64 ms every 16 ms. */
  quick: Spectrum;
  /** Frames of 1 s every 0.5 s. */
  fine: Spectrum;
}

/** Both spectra of a piece of mono samples, at least 1 s, up to `highest` Hz. */
export function makeSpectra(samples: Float32Array, rate: number, highest: number): Spectra {
  return {
    quick: findPowers(samples, rate, QUICK_SECONDS, HOP_SECONDS, highest),
    fine: findPowers(samples, rate, FINE_SECONDS, FINE_SECONDS / 2, highest),
  };
}

/** Power of each frame between two frequencies: (frames,). */
export function bandPower({ power, hz }: Spectrum, low: number, high: number): Float64Array {
  const [first, stop] = binRange(hz, low, high);
  return Float64Array.from(power, (frame) => sum(frame.subarray(first, stop)));
}

/** Bins from `low` up to but not including `high` Hz: the first, and the one after the last. */
export function binRange(hz: Float64Array, low: number, high: number): [number, number] {
  const from = (edge: number): number => {
    const found = hz.findIndex((value) => value >= edge);
    return found < 0 ? hz.length : found;
  };
  return [from(low), from(high)];
}

/** Power → dB. */
export function decibel(power: number): number {
  return 10 * Math.log10(power + TINY);
}

/** Power of each bin in units of full scale squared, so that the bins of a frame add up to its mean square. */
function findPowers(samples: Float32Array, rate: number, seconds: number, hop: number, highest: number): Spectrum {
  const length = roundEven(seconds * rate);
  const step = roundEven(hop * rate);
  const window = hanning(length + 1).subarray(0, length);
  const scale = 2 / (length * sum(window.map((value) => value * value)));
  const all = rfftFrequencies(length, 1 / rate);
  const kept = all.filter((hz) => hz <= highest);
  const power: Float64Array[] = [];
  for (let start = 0; start + length <= samples.length; start += step) {
    const frame = samples.subarray(start, start + length);
    const middle = sum(frame) / length;
    const bins = powerSpectrum(window.map((value, i) => value * (frame[i]! - middle)));
    power.push(bins.subarray(0, kept.length).map((value) => value * scale));
  }
  return { power, hz: kept };
}

/** What a piece of sound is like, in numbers that neither level nor length changes (auscult.signal.quality.figures). */

import { irfft, powerSpectrum, rfftFrequencies } from "../../math/fft";
import { clamp, hanning, highest, mean, quantileOfSorted, roundEven, sorted, sum } from "../../math/numbers";
import type { Organ } from "../../types";
import { bandPower, decibel, HOP_SECONDS, TINY, type Spectra } from "./spectra";

/** By name. */
export type Figures = Record<string, number>;

/** Hz, of the bands whose share of the power is told. */
export const EDGES: Record<Organ, number[]> = {
  lung: [30, 60, 100, 150, 200, 300, 400, 600, 800, 1000, 1300, 1600, 1950],
  heart: [25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 950],
};
// prettier-ignore
const SPREAD: Record<Organ, [number, number][]> = {
  lung: [[30, 150], [150, 600], [600, 1950]],
  heart: [[25, 150], [150, 400], [400, 950]],
};
const RHYTHMS = [
  [0.15, 0.7],
  [0.7, 2.5],
  [2.5, 8],
  [8, 20],
] as const; // Hz: breath, heart beat, syllables, rubbing
const REPEATS: Record<Organ, [number, number]> = { lung: [1, 4], heart: [0.3, 2] }; // s, from one cycle to the next

/** Figures of one piece; see Python's `piece_figures` for what each is. */
export function pieceFigures(spectra: Spectra, organ: Organ): Figures {
  const edges = EDGES[organ];
  const bands = edges.slice(1).map((high, i) => bandPower(spectra.quick, edges[i]!, high)); // (bands, frames)
  const means = bands.map(mean);
  const total = sum(means) + TINY;
  const figures: Figures = {};
  means.forEach((value, i) => (figures[`band_${edges[i]}`] = decibel(value / total + 1e-7)));
  const density = means.map((value, i) => value / (edges[i + 1]! - edges[i]!));
  figures["flat_db"] = mean(density.map(decibel)) - decibel(mean(density));
  figures["flux_db"] = mean(bands.map((band) => meanChange(band.map(decibel))));
  for (const [low, high] of SPREAD[organ]) {
    envelopeFigures(bandPower(spectra.quick, low, high).map(decibel), String(low), organ, figures);
  }
  return figures;
}

function meanChange(values: Float64Array): number {
  return mean(values.subarray(1).map((value, i) => Math.abs(value - values[i]!)));
}

/** Put the figures of a band's level over time, dB, (frames,), into some. */
function envelopeFigures(level: Float64Array, name: string, organ: Organ, figures: Figures): void {
  const ordered = sorted(level);
  const [low, middle, high] = [0.05, 0.5, 0.95].map((share) => quantileOfSorted(ordered, share)) as [
    number,
    number,
    number,
  ];
  const cut = level.map((value) => clamp(value, low, high));
  const average = mean(cut);
  const centred = cut.map((value) => value - average);
  const window = hanning(centred.length);
  const power = powerSpectrum(centred.map((value, i) => value * window[i]!));
  const hz = rfftFrequencies(centred.length, HOP_SECONDS);
  const total = sum(power) + 1e-9;
  figures[`peaks_${name}`] = high - middle;
  figures[`depth_${name}`] = middle - low;
  for (const [slowest, fastest] of RHYTHMS) {
    figures[`rhythm_${name}_${slowest}`] = sum(power.filter((_, k) => hz[k]! >= slowest && hz[k]! < fastest)) / total;
  }
  figures[`repeat_${name}`] = findRepetition(centred, REPEATS[organ]);
}

/** The highest autocorrelation at lags between two times, or half of what there is; 1 at lag 0. */
function findRepetition(centred: Float64Array, [shortest, longest]: [number, number]): number {
  const n = centred.length;
  const first = roundEven(shortest / HOP_SECONDS);
  const last = Math.min(roundEven(longest / HOP_SECONDS), Math.floor(n / 2));
  const size = 2 ** Math.ceil(Math.log2(2 * n));
  const power = powerSpectrum(centred, size);
  const sums = irfft({ re: power, im: new Float64Array(power.length) }, size).subarray(0, n);
  const similar = sums.map((value, lag) => value / (n - lag));
  if (last <= first || similar[0]! <= 1e-9) return 0;
  return highest(similar.subarray(first, last)) / similar[0]!;
}

/** How fast one breathes about each moment (auscult.signal.breath.period). */

import rules from "bundled/breathing.json";
import { irfft, powerSpectrum } from "../../math/fft";
import { argmax, highest, mean, roundEven } from "../../math/numbers";
import { onsetEvidence } from "./onsets";

const SLACK = 0.035; // of a period: within it the highest value stands for the period
const LENGTHS = 6; // of each tempo, half an octave
const WHOLE = 0.6; // of a window: longer periods cannot be seen in it

/** About each frame: length of a cycle in seconds, evidence for a beginning, autocorrelation of the loudness at the period. */
export interface Rhythm {
  periods: Float64Array;
  evidence: Float64Array;
  heights: Float64Array;
}

/** A length of a cycle that was tried in one window. */
interface Trial {
  seconds: number;
  /** Number of the tempo. */
  tempo: number;
  height: number;
  score: number;
}

interface Windows {
  starts: number[];
  length: number;
}

/** Find the tempo in windows, each from itself alone; at each tempo the filter for beginnings is stretched to it. */
export function findRhythm(tracks: Float64Array[], heard: boolean[], secondsAFrame: number): Rhythm {
  const windows = cutWindows(heard.length, secondsAFrame);
  const loudness = autocorrelate(tracks[0]!, windows);
  const tempos = listTempos();
  const evidence = tempos.map((tempo) => onsetEvidence(tracks, heard, secondsAFrame, tempo));
  const beginnings = evidence.map((values) =>
    autocorrelate(
      values.map((value) => Math.max(value, 0)),
      windows,
    ),
  );
  const best = windows.starts.map((_, window) => {
    const trials = tempos.flatMap((tempo, number) =>
      tryTempo(tempo, number, loudness[window]!, beginnings[number]![window]!, secondsAFrame),
    );
    return trials[argmax(trials.map((trial) => trial.score))]!;
  });
  const nearest = nearestWindows(heard.length, windows);
  return {
    periods: Float64Array.from(nearest, (window) => best[window]!.seconds),
    evidence: Float64Array.from(nearest, (window, frame) => evidence[best[window]!.tempo]![frame]!),
    heights: Float64Array.from(nearest, (window) => best[window]!.height),
  };
}

/** Half octaves from the shortest to the longest cycle, their middles in seconds. */
function listTempos(): number[] {
  const [from, to] = [Math.log2(rules.period.shortest) + 0.25, Math.log2(rules.period.longest)];
  return Array.from({ length: Math.ceil((to - from) / 0.5) }, (_, i) => 2 ** (from + i * 0.5));
}

/** Try the lengths of one tempo in one window: the loudness is often twice as fast as breathing, beginnings keep the octave. */
function tryTempo(
  tempo: number,
  number: number,
  loudness: Float64Array,
  beginnings: Float64Array,
  secondsAFrame: number,
): Trial[] {
  const { loudness_share, half_weight, usual_weight, usual_seconds } = rules.period;
  return Array.from({ length: LENGTHS }, (_, i) => {
    const seconds = tempo * 2 ** ((i + 0.5) / LENGTHS / 2 - 0.25);
    const height = heightAt(loudness, seconds, secondsAFrame);
    const half = Math.max(heightAt(beginnings, seconds / 2, secondsAFrame), 0);
    const ofBeginnings = heightAt(beginnings, seconds, secondsAFrame) - half_weight * half;
    const usual = usual_weight * Math.log(seconds / usual_seconds) ** 2;
    return {
      seconds,
      tempo: number,
      height,
      score: loudness_share * height + (1 - loudness_share) * ofBeginnings - usual,
    };
  });
}

/** First frames of windows that reach to the end, and their length; one shorter window of a short recording. */
function cutWindows(frames: number, secondsAFrame: number): Windows {
  const length = Math.min(frames, roundEven(rules.period.window_seconds / secondsAFrame));
  const step = roundEven(rules.period.step_seconds / secondsAFrame);
  const starts: number[] = [];
  for (let start = 0; start < frames - length; start += step) starts.push(start);
  return { starts: [...starts, frames - length], length };
}

/** Number of the window whose middle is nearest to each frame. */
function nearestWindows(frames: number, { starts, length }: Windows): number[] {
  let window = 0;
  return Array.from({ length: frames }, (_, frame) => {
    while (window < starts.length - 1 && (starts[window]! + starts[window + 1]! + length) / 2 < frame) window++;
    return window;
  });
}

/** Of each window, 1 at lag 0; zeros where nothing changes. */
function autocorrelate(values: Float64Array, { starts, length }: Windows): Float64Array[] {
  return starts.map((start) => {
    const window = values.subarray(start, start + length);
    const middle = mean(window);
    const power = powerSpectrum(
      window.map((value) => value - middle),
      2 * length,
    );
    const sums = irfft({ re: power, im: new Float64Array(power.length) }, 2 * length).subarray(0, length);
    if (sums[0]! <= 1e-9) return new Float64Array(length);
    return sums.map((value, lag) => value / sums[0]! / (1 - (rules.period.overlap * lag) / length));
  });
}

/** Highest value near a length; -1 where the window is too short to show it. */
function heightAt(similar: Float64Array, seconds: number, secondsAFrame: number): number {
  const first = Math.floor((seconds * (1 - SLACK)) / secondsAFrame);
  const last = Math.ceil((seconds * (1 + SLACK)) / secondsAFrame);
  return last < WHOLE * similar.length ? highest(similar.subarray(first, last + 1)) : -1;
}

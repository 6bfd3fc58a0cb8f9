/** Window probabilities → an answer for the whole recording, and one for every moment of it (auscult.analysis.timeline). */

import { clamp, mean, roundEven, sorted, sum } from "../math/numbers";
import type { Card } from "./card";
import type { Window } from "./windows";

const TOP_SHARE = 0.1;
const TOP_AT_LEAST = 4; // a recording is judged by its most abnormal tenth, and by no fewer than this many windows

/** Add an offset to the logarithm of the normal class; then the most probable class is the answer. */
export function shiftNormal(probabilities: ArrayLike<number>, offset: number): Float32Array {
  const weight = Math.fround(Math.exp(offset));
  const shifted = Float32Array.from(probabilities, (value, number) => (number === 0 ? value * weight : value));
  const total = sum(shifted);
  return shifted.map((value) => value / total);
}

/** Probability of some classes together. */
export function probabilityOf(probabilities: ArrayLike<number>, numbers: number[]): number {
  return sum(numbers.map((number) => probabilities[number]!));
}

/** Whether each kind of sound is heard anywhere in a recording; empty where the model knows no kinds. */
export function poolKinds(windows: Window[], card: Card): Record<string, number> {
  const pooled: Record<string, number> = {};
  for (const kinds of Object.values(card.kinds)) {
    for (const [kind, numbers] of Object.entries(kinds)) {
      pooled[kind] = meanOfHighest(windows.map((window) => probabilityOf(window.probabilities, numbers)));
    }
  }
  return pooled;
}

/** Probabilities of a whole recording's answers, from those that the model gives of its windows, at least one. */
export function poolWindows(probabilities: Float32Array[], card: Card): number[] {
  const { pooling, normal_offset } = card.facts;
  if (pooling === "mean") {
    const means = card.facts.classes.map((_, number) => mean(probabilities.map((row) => row[number]!)));
    return card.toAnswers(shiftNormal(means, normal_offset));
  }
  const shifted = probabilities.map((row) => card.toAnswers(shiftNormal(row, normal_offset)));
  return recordingProbabilities(shifted, card.answerClasses);
}

/** Answer probabilities of a whole recording, from its most abnormal part; see Python's `recording_probabilities`. */
export function recordingProbabilities(windows: number[][], classes: string[]): number[] {
  if (classes.join() !== "normal,crackle,wheeze,both") {
    const ordered = [...windows].sort((a, b) => a[0]! - b[0]!).slice(0, top(windows.length));
    return classes.map((_, number) => mean(ordered.map((row) => row[number]!)));
  }
  const [abnormal, crackle, wheeze] = [
    [1, 2, 3],
    [1, 3],
    [2, 3],
  ].map((numbers) => meanOfHighest(windows.map((row) => probabilityOf(row, numbers)))) as [number, number, number];
  // P(crackle and wheeze) = P(crackle) + P(wheeze) - P(either)
  const answer = [1 - abnormal, abnormal - wheeze, abnormal - crackle, crackle + wheeze - abnormal];
  return answer.map((value) => clamp(value, 0, 1));
}

/** Values of windows → means over the windows that cover each frame, (frames,); 0 where there is none. */
export function overlapMean(values: number[], windows: Window[], frameSeconds: number, seconds: number): Float64Array {
  const frames = frameCount(seconds, frameSeconds);
  const changes = new Float64Array(frames + 1);
  const counts = new Int32Array(frames + 1);
  windows.forEach((window, number) => {
    const first = Math.min(roundEven(window.start / frameSeconds), frames - 1);
    const toEnd = window.end > seconds - frameSeconds;
    const stop = toEnd ? frames : clamp(roundEven(window.end / frameSeconds), first + 1, frames);
    changes[first]! += values[number]!;
    changes[stop]! -= values[number]!;
    counts[first]! += 1;
    counts[stop]! -= 1;
  });
  let [total, count] = [0, 0];
  return Float64Array.from({ length: frames }, (_, frame) => {
    total += changes[frame]!;
    count += counts[frame]!;
    return count > 0 ? Math.max(total, 0) / count : 0;
  });
}

/** Frames that a recording has. */
export function frameCount(seconds: number, frameSeconds: number): number {
  return Math.max(1, Math.ceil(seconds / frameSeconds - 1e-6));
}

function top(windows: number): number {
  return Math.min(windows, Math.max(TOP_AT_LEAST, roundEven(TOP_SHARE * windows)));
}

function meanOfHighest(values: number[]): number {
  return mean(sorted(values).slice(-top(values.length)));
}

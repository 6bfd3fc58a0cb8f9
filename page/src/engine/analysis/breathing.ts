/** Breathing cycles of a lung sound and the breathing rate (auscult.analysis.breathing, auscult.analysis.cycles). */

import rules from "bundled/breathing.json";
import { argmax, mean } from "../math/numbers";
import { chainCycles, dropShallow, keepRegular, measureSupport, type Support } from "../signal/breath/cycles";
import { measureBreath } from "../signal/breath/envelope";
import { findHeard, findTracks, movingMean } from "../signal/breath/onsets";
import { findRhythm } from "../signal/breath/period";
import type { BreathingAnswer, CycleAnswer, Probabilities, WindowAnswer } from "../types";

const SHORTEST_SECONDS = 3; // shorter recordings hold too little breathing to see anything that comes again
const DEPTH_FRAMES = 5; // smoothed so, noise changes little within a cycle

/** The breathing in a recording; without cycles where nothing was found. */
export interface Breathing {
  /** Seconds at which each begins and ends. */
  cycles: [start: number, end: number][];
  /** Breaths a minute. */
  rate: number | null;
  /** Chance that the rate is right, 0 to 1. */
  confidence: number;
}

/** Find the breathing in mono samples (n,), as they were read. */
export function findBreathing(samples: Float32Array, rate: number): Breathing {
  const none: Breathing = { cycles: [], rate: null, confidence: 0 };
  const { decibels, secondsAFrame } = measureBreath(samples, rate);
  if (decibels[0]!.length * secondsAFrame < SHORTEST_SECONDS) return none;
  const rhythm = findRhythm(findTracks(decibels, secondsAFrame), findHeard(decibels), secondsAFrame);
  const chains = dropShallow(chainCycles(rhythm, secondsAFrame), movingMean(averageBands(decibels), DEPTH_FRAMES));
  const confidence = chains.length ? weigh(measureSupport(chains, rhythm)) : 0;
  if (confidence < rules.confidence.least) return none;
  const times = chains.map((chain) => chain.map((frame) => (frame + 0.5) * secondsAFrame));
  const cycles = times.flatMap((chain) => chain.slice(1).map((end, i): [number, number] => [chain[i]!, end]));
  return { cycles, rate: rateOf(cycles.map(([start, end]) => end - start)), confidence };
}

/** Breaths a minute: 60 over the mean length of those cycles whose length is near the median's. */
function rateOf(lengths: number[]): number {
  const regular = keepRegular(lengths);
  return 60 / mean(regular.length ? regular : lengths); // none: of 1 s and 2 s neither is
}

function averageBands(decibels: Float64Array[]): Float64Array {
  return decibels[0]!.map((_, frame) => mean(decibels.map((band) => band[frame]!)));
}

/** How surely the chest breathes; null where a recording is too short to miss it. */
export function breathingConfidence(breathing: Breathing | null, seconds: number): number | null {
  return breathing && seconds >= rules.confidence.missed_seconds ? breathing.confidence : null;
}

/** Answer each cycle from the windows that overlap it, each weighted by the seconds that it shares with the cycle. */
export function answerBreathing({ cycles, rate, confidence }: Breathing, windows: WindowAnswer[]): BreathingAnswer {
  return { rate, confidence, cycles: cycles.flatMap(([start, end]) => answerCycle(start, end, windows)) };
}

/** None where no window overlaps the cycle, in digital silence. */
function answerCycle(start: number, end: number, windows: WindowAnswer[]): CycleAnswer[] {
  const sums: Probabilities = {};
  let shared = 0;
  for (const window of windows) {
    const weight = Math.max(0, Math.min(window.end, end) - Math.max(window.start, start));
    if (weight === 0) continue;
    shared += weight;
    for (const [name, value] of Object.entries(window.probabilities)) sums[name] = (sums[name] ?? 0) + weight * value;
  }
  if (shared === 0) return [];
  const names = Object.keys(sums);
  const probabilities = Object.fromEntries(names.map((name) => [name, sums[name]! / shared]));
  const label = names[argmax(Object.values(probabilities))]!;
  const [crackle, wheeze] = ["crackle", "wheeze"].map((name) => label === name || label === "both") as [
    boolean,
    boolean,
  ];
  return [{ start, end, crackle, wheeze, probabilities }];
}

function weigh(support: Support): number {
  const { intercept, height, evidence, regularity } = rules.confidence;
  const total = intercept + height * support.height + evidence * support.evidence + regularity * support.regularity;
  return 1 / (1 + Math.exp(-total));
}

/** How sure the answer to a recording is, and whether that is enough to tell it (auscult.analysis.sureness). */

import { highest, sum } from "../math/numbers";
import type { Probabilities, Sureness } from "../types";
import type { Card } from "./card";

const LOWEST = 1e-6; // stands in for a probability of 0, so that its logarithm is a number

/** A recording's pooled probabilities, calibrated; as they are where the card says nothing of it. */
export function calibrated(pooled: number[], card: Card): number[] {
  const facts = card.facts.sureness;
  return facts ? calibrate(pooled, facts.temperature, facts.normal_bias) : pooled;
}

/** How sure an answer is, from its calibrated probabilities; null where the card says nothing of it. */
export function findSureness(probabilities: Probabilities, card: Card): Sureness | null {
  const facts = card.facts.sureness;
  if (!facts) return null;
  const names = Object.keys(probabilities).sort((a, b) => probabilities[b]! - probabilities[a]!);
  const probability = highest(Object.values(probabilities));
  return {
    told: probability >= facts.threshold,
    probability,
    threshold: facts.threshold,
    coverage: facts.coverage,
    error: facts.error,
    labels: names.filter((name) => probabilities[name]! >= facts.set_limit),
  };
}

/** Bring the probabilities of a whole recording, normal first, to what they are worth: softmax(log p / T, with a bias on normal). */
export function calibrate(probabilities: number[], temperature: number, normalBias: number): number[] {
  const logs = probabilities.map((value) => Math.log(Math.max(value, LOWEST)) / temperature);
  logs[0]! += normalBias;
  const most = highest(logs);
  const raised = logs.map((value) => Math.exp(value - most));
  const total = sum(raised);
  return raised.map((value) => value / total);
}

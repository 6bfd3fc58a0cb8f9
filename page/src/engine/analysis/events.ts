/** Windows → events: when crackles or wheezes begin and end (auscult.analysis.events). */

import { argmax, highest, mean, roundEven, stretches, sum } from "../math/numbers";
import type { Event, Merging } from "../types";
import { findFocus } from "./attention";
import type { Merged } from "./attention_merge";
import type { Card } from "./card";
import { overlapMean, probabilityOf } from "./timeline";
import type { Window } from "./windows";

type Span = [start: number, end: number];

/**
 * Events of all labels, in the order of their starts.
 *
 * @param windows of one recording, in order, with the card's offset
 * @param seconds duration of the recording
 * @param attention by label, the windows' maps weighed with their `labelEvidence` and merged; empty for a model without maps
 */
export function findEvents(windows: Window[], card: Card, seconds: number, attention: Record<string, Merged>): Event[] {
  const evidence = Object.entries(labelEvidence(windows, card)).filter(([, given]) => given.some((value) => value > 0));
  const events = evidence.flatMap(([label, given]) =>
    eventsOf(label, given, windows, card, seconds, attention[label] ?? null),
  );
  return events.sort((a, b) => a.start - b.start || (a.label < b.label ? -1 : 1));
}

/** What each window says for each label, (windows,): its probability where the window has the label, else 0. */
export function labelEvidence(windows: Window[], card: Card): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const [label, numbers] of Object.entries(card.labels)) {
    found[label] = windows.map((window) => {
      const probability = probabilityOf(window.probabilities, numbers);
      return hasLabel(label, probability, window, card) ? probability : 0;
    });
  }
  return found;
}

function hasLabel(label: string, probability: number, window: Window, card: Card): boolean {
  const threshold = card.facts.thresholds[label];
  if (threshold !== undefined) return probability >= threshold;
  const answer = argmax(card.toAnswers(window.probabilities));
  return card.labels[label]!.some((number) => card.answers[number] === answer);
}

/** Events of one label from the windows' evidence for it. */
function eventsOf(
  label: string,
  evidence: number[],
  windows: Window[],
  card: Card,
  seconds: number,
  attention: Merged | null,
): Event[] {
  const { merging, frame_seconds: step, window_seconds } = card.facts;
  const curve = overlapMean(evidence, windows, step, seconds);
  const peaks = nearbyPeak(curve, roundEven(window_seconds / step));
  const nearPeak = Array.from(curve, (value, i) => value > 0 && value >= merging.keep * peaks[i]!);
  const profile = smoothProfile(attention, curve.length, roundEven(merging.smooth_seconds / step));
  const spans = stretches(nearPeak).flatMap((stretch) => attended(stretch, profile, merging, step));
  return join(spans, merging.gap_seconds).flatMap(([start, until]) => {
    const end = Math.min(until, seconds);
    const reaching = windows.flatMap((window, number) => (window.start < end && window.end > start ? [number] : []));
    const probability = highest(reaching.map((number) => evidence[number]!));
    if (probability < merging.least) return [];
    const focus = attention ? findFocus(attention.map, start, end) : null;
    return [{ start, end, label, probability, focus, kind: kindOf(label, reaching, windows, evidence, card) }];
  });
}

/** The kind that some windows hear most; each counts as much as its evidence for the label. */
function kindOf(label: string, reaching: number[], windows: Window[], evidence: number[], card: Card): string | null {
  const kinds = Object.entries(card.kinds[label] ?? {});
  const heard = kinds.map(([, numbers]) =>
    sum(reaching.map((number) => probabilityOf(windows[number]!.probabilities, numbers) * evidence[number]!)),
  );
  return kinds.length ? kinds[argmax(heard)]![0] : null;
}

/** Attention at each moment, smoothed over so many frames; even where there is none. */
function smoothProfile(attention: Merged | null, frames: number, width: number): Float64Array {
  if (!attention) return new Float64Array(frames).fill(1);
  const curve = attention.profile.subarray(0, frames);
  const box = Math.max(1, Math.min(width, frames));
  const after = Math.floor((box - 1) / 2);
  return Float64Array.from(curve, (_, i) => mean(curve.subarray(Math.max(0, i + after - box + 1), i + after + 1)));
}

/** The highest value no more than `reach` frames away. */
function nearbyPeak(curve: Float64Array, reach: number): Float64Array {
  return curve.map((_, i) => highest(curve.subarray(Math.max(0, i - reach), i + reach + 1)));
}

/** Parts, in seconds, of a stretch of frames in which attention is not far below its mean there. */
function attended([first, stop]: Span, profile: Float64Array, rule: Merging, frameSeconds: number): Span[] {
  const inside = profile.subarray(first, stop);
  const least = rule.attended * mean(inside);
  return stretches(Array.from(inside, (value) => value >= least)).map(([early, late]) => {
    const [start, end] = [(first + early) * frameSeconds, (first + late) * frameSeconds];
    const missing = Math.max(0, rule.shortest_seconds - (end - start)) / 2;
    return [Math.max(0, start - missing), end + missing];
  });
}

/** Spans in order, with those joined that are less than `gap` seconds apart. */
function join(spans: Span[], gap: number): Span[] {
  const joined: Span[] = [];
  for (const [start, end] of spans) {
    const last = joined.at(-1);
    if (last && start - last[1] < gap) last[1] = Math.max(end, last[1]);
    else joined.push([start, end]);
  }
  return joined;
}

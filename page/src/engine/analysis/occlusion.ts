/** What an answer rests on: stretches and bands are replaced by background, and the model is asked again (auscult.analysis.occlusion). */

import { linspace } from "../math/numbers";
import type { Band, Occlusion, Stretch } from "../types";
import { bandEdges } from "./attention";
import { findDifference, makeBackground, swapBand, swapStretch, type Difference } from "./background";
import type { Card } from "./card";
import type { Model } from "./model";
import { Probe } from "./probe";
import type { Window } from "./windows";

const SHORTEST_SECONDS = 0.25; // about a systole: a third of a beat
const MOST_STRETCHES = 100;
const MOST_CALLS = 160; // of the model for all stretches
const FADE_SECONDS = 0.02;
const BANDS = 10;
const BAND_WINDOWS = 8;
const LOWEST_HZ = 20;
const CORNER_HZ = 150; // below it bands are about equally wide, above it they widen with frequency
const TOLERANCE = 1e-6; // seconds

type Progress = (share: number) => void;

/**
 * Find out what a model's answer rests on.
 *
 * @param sound the recording as the model hears it, (m,)
 * @param windows those with an answer, at least one
 * @param seconds true duration; where a short recording is repeated, `sound` is longer
 */
export async function explain(
  model: Model,
  sound: Float32Array,
  windows: Window[],
  seconds: number,
  onProgress: Progress,
): Promise<Occlusion> {
  const probe = new Probe(model, sound, windows);
  const background = makeBackground(sound, model.card.facts.rate, probe.longest);
  const stretches = await explainTime(probe, windows, background, model.card, seconds, (share) =>
    onProgress(share / 2),
  );
  const bands = await explainFrequency(probe, windows, background, model.card, (share) => onProgress((1 + share) / 2));
  return { stretches, bands };
}

async function explainTime(
  probe: Probe,
  windows: Window[],
  background: Float32Array,
  card: Card,
  seconds: number,
  onProgress: Progress,
): Promise<Stretch[]> {
  const { rate } = card.facts;
  const period = card.samples(seconds);
  const stretches = cut(period / rate);
  const asked = Math.max(1, Math.floor(MOST_CALLS / stretches.length));
  const found: Stretch[] = [];
  for (const [number, [start, end]] of stretches.entries()) {
    const holding = spread(windowsWith(windows, start, end), asked);
    const swap = { start: start * rate, stop: end * rate, fade: FADE_SECONDS * rate, period };
    if (holding.length) {
      const effect = await probe.effect(holding, (section, first) => swapStretch(section, first, background, swap));
      found.push({ start, end, effect });
    }
    onProgress((number + 1) / stretches.length);
  }
  return found;
}

async function explainFrequency(
  probe: Probe,
  windows: Window[],
  background: Float32Array,
  card: Card,
  onProgress: Progress,
): Promise<Band[]> {
  const [low, high] = hearingRange(card).map((hz) => Math.log1p(hz / CORNER_HZ)) as [number, number];
  const edges = linspace(low, high, BANDS + 1).map((edge) => CORNER_HZ * Math.expm1(edge));
  const asked = spread([...windows.keys()], BAND_WINDOWS);
  const differences = new Map<string, Difference>(); // by section: transformed once for all bands
  const found: Band[] = [];
  for (let band = 0; band < BANDS; band++) {
    const [lower, upper] = [edges[band]!, edges[band + 1]!];
    const effect = await probe.effect(asked, (section, first) => {
      const place = `${first} ${section.length}`;
      const known = differences.get(place) ?? findDifference(section, background, card.facts.rate);
      differences.set(place, known);
      return swapBand(section, known, lower, upper);
    });
    found.push({ low: lower, high: upper, effect });
    onProgress((band + 1) / BANDS);
  }
  return found;
}

/** Lowest and highest frequency that a model has to go by, Hz. */
function hearingRange(card: Card): [number, number] {
  const [low, most] = card.facts.preprocess.band ?? [0, Infinity];
  const high = Math.min(most, card.facts.rate / 2, bandEdges(card.facts.band_hz).at(-1)!);
  return [Math.min(Math.max(low, LOWEST_HZ), high / 2), high];
}

/** Stretches, from the start to the end of a recording, that overlap by half. */
function cut(seconds: number): [number, number][] {
  const length = Math.min(Math.max(SHORTEST_SECONDS, (2 * seconds) / MOST_STRETCHES), seconds);
  const steps = Math.ceil(2 * (seconds / length - 1) - 1e-9);
  return linspace(0, seconds - length, steps + 1).map((start) => [start, Math.min(start + length, seconds)]);
}

/** Numbers of the windows that hold a stretch, or, if none does, of those that hold a part of it. */
function windowsWith(windows: Window[], start: number, end: number): number[] {
  const numbers = [...windows.keys()];
  const whole = numbers.filter((i) => windows[i]!.start <= start + TOLERANCE && windows[i]!.end >= end - TOLERANCE);
  return whole.length ? whole : numbers.filter((i) => windows[i]!.start < end && windows[i]!.end > start);
}

/** No more than `count` of some numbers, evenly spread; a single one from their middle. */
function spread(numbers: number[], count: number): number[] {
  if (numbers.length <= count) return numbers;
  return Array.from({ length: count }, (_, i) => numbers[Math.floor(((i + 0.5) * numbers.length) / count)]!);
}

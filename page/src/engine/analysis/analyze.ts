/** From samples of any rate to an answer (auscult.analysis.analyze). */

import { version } from "../../../package.json";
import { SoundError } from "../errors";
import { argmax } from "../math/numbers";
import { estimateHeartRate } from "../signal/heart_rate";
import { measureQuality } from "../signal/quality/meter";
import { resample } from "../signal/resample";
import type {
  Analysis,
  Event,
  HeartRateAnswer,
  Occlusion,
  Probabilities,
  RecordingAnswer,
  WindowAnswer,
} from "../types";
import { toAnswer } from "./attention";
import { AttentionMerger, type Merged } from "./attention_merge";
import { answerBreathing, breathingConfidence, findBreathing } from "./breathing";
import type { Card } from "./card";
import { findEvents, labelEvidence } from "./events";
import { judge } from "./gate";
import { findLimits } from "./limits";
import type { Model } from "./model";
import { explain } from "./occlusion";
import { findReasons } from "./reasons";
import { hear, listenParts, type Heard } from "./sound";
import { calibrated, findSureness } from "./sureness";
import { poolKinds, poolWindows, shiftNormal } from "./timeline";
import type { Window } from "./windows";

const FORMAT = 1; // of the json
const TRUSTED_RATE = 0.5; // a heart rate with less confidence is not told
const ABNORMAL = "abnormal";
const DISCLAIMER = "An aid, not a diagnosis: auscult is no medical device, and a clinician has to listen.";

type Progress = (share: number) => void;

/** What a model said of a recording. */
interface Spoken {
  /** As the model gives them; their attention is merged already and gone. */
  windows: Window[];
  /** With the card's offset. */
  shown: Window[];
  attention: Record<string, Merged>;
}

/**
 * Find out when, and at which pitch, a recording is abnormal.
 *
 * @param samples mono, (n,), n > 0
 * @param rate samples a second, any
 * @param onAnswer called once all but `occlusion` stands
 */
export async function analyze(
  model: Model,
  samples: Float32Array,
  rate: number,
  onProgress: Progress,
  onAnswer: (analysis: Analysis) => void,
): Promise<Analysis> {
  const { card } = model;
  const isLung = card.facts.organ === "lung";
  const heard = hear(resampleAll(samples, rate, card), card);
  const spoken = await run(model, heard, (share) => onProgress(isLung ? share : share / 4));
  const analysis = answer(card, heard, spoken, rate);
  onAnswer(analysis);
  return { ...analysis, occlusion: await explainHeart(model, heard, spoken, onProgress) };
}

function resampleAll(samples: Float32Array, rate: number, card: Card): Float32Array {
  const found = resample(samples, rate, card.facts.rate);
  if (found.length) return found;
  const sentence = `The recording is too short: no sample is left of it at ${card.facts.rate} Hz; record it again.`;
  throw new SoundError("empty", sentence);
}

/** All but the explanation. */
function answer(card: Card, heard: Heard, spoken: Spoken, rate: number): Analysis {
  const isLung = card.facts.organ === "lung";
  const heartRate = isLung ? null : estimateHeartRate(heard.samples, card.facts.rate);
  const breathing = isLung ? findBreathing(heard.samples, card.facts.rate) : null;
  const quality = judge(measureQuality(heard.samples, card.facts.rate, card.facts.organ), card.facts.organ, {
    rhythmConfidence: heartRate?.confidence ?? breathingConfidence(breathing, heard.seconds),
    offset: card.facts.preprocess.band === null, // a band-pass takes it away
  });
  const events = isLung ? findEvents(spoken.shown, card, heard.seconds, spoken.attention) : [];
  const recording = answerRecording(spoken, events, card);
  const sureness = recording.probabilities && findSureness(recording.probabilities, card);
  const reasons = findReasons(recording.label, quality, sureness);
  const windows = answerWindows(spoken.shown, card);
  return {
    ...describe(card),
    seconds: heard.seconds,
    warnings: [...quality.faults.map((fault) => fault.sentence), ...findLimits(rate, card, heard)],
    quality,
    told: reasons.length === 0,
    reasons,
    recording,
    sureness,
    windows,
    events,
    breathing: breathing && answerBreathing(breathing, windows),
    attention: spoken.attention[ABNORMAL] ? toAnswer(spoken.attention[ABNORMAL].map) : null,
    heart_rate: heartRate && tellHeartRate(heartRate),
    occlusion: null,
  };
}

/** Run the model over a recording. The windows' attention is merged on the way, since all of it is too much to keep. */
async function run(model: Model, heard: Heard, onProgress: Progress): Promise<Spoken> {
  const { card } = model;
  const merger = new AttentionMerger(card, heard.seconds);
  const [windows, shown]: [Window[], Window[]] = [[], []];
  for await (const part of listenParts(model, heard)) {
    const shifted = part.map((window) => ({
      ...window,
      probabilities: shiftNormal(window.probabilities, card.facts.normal_offset),
    }));
    const abnormal = shifted.map((window) => 1 - window.probabilities[0]!);
    merger.feed(shifted, { [ABNORMAL]: abnormal, ...labelEvidence(shifted, card) });
    windows.push(...part.map((window) => ({ ...window, attention: null })));
    shown.push(...shifted.map((window) => ({ ...window, attention: null })));
    onProgress(Math.min(1, (part.at(-1)?.end ?? 0) / heard.seconds));
  }
  return { windows, shown, attention: merger.result() };
}

async function explainHeart(
  model: Model,
  heard: Heard,
  spoken: Spoken,
  onProgress: Progress,
): Promise<Occlusion | null> {
  if (model.card.facts.organ === "lung" || !spoken.windows.length) return null;
  return explain(model, heard.sound, spoken.windows, heard.seconds, (share) => onProgress((1 + 3 * share) / 4));
}

function describe(card: Card): Pick<Analysis, "auscult" | "format" | "file" | "model" | "organ" | "disclaimer"> {
  const { name, title, task, classes, sha256, organ } = card.facts;
  const model = { name, title, task, classes, sha256, answers: card.answerClasses };
  return { auscult: { version }, format: FORMAT, file: "", model, organ, disclaimer: DISCLAIMER };
}

function answerRecording(spoken: Spoken, events: Event[], card: Card): RecordingAnswer {
  const abnormal_seconds = card.facts.organ === "lung" ? coveredSeconds(events) : null;
  if (!spoken.windows.length) return { label: null, probabilities: null, abnormal_seconds, kinds: {} };
  const given = spoken.windows.map((window) => window.probabilities);
  const probabilities = calibrated(poolWindows(given, card), card);
  const label = card.answerClasses[argmax(probabilities)]!;
  return { label, probabilities: named(probabilities, card), abnormal_seconds, kinds: poolKinds(spoken.shown, card) };
}

function answerWindows(shown: Window[], card: Card): WindowAnswer[] {
  return shown.map(({ start, end, probabilities }) => {
    const answers = card.toAnswers(probabilities);
    return { start, end, label: card.answerClasses[argmax(answers)]!, probabilities: named(answers, card) };
  });
}

function named(probabilities: number[], card: Card): Probabilities {
  return Object.fromEntries(card.answerClasses.map((name, i) => [name, probabilities[i]!]));
}

/** Seconds that lie in at least one event; events are in order of their starts. */
function coveredSeconds(events: Event[]): number {
  let [covered, reached] = [0, 0];
  for (const { start, end } of events) {
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}

function tellHeartRate({ beats_per_minute, confidence }: HeartRateAnswer): HeartRateAnswer {
  return { beats_per_minute: confidence >= TRUSTED_RATE ? beats_per_minute : null, confidence };
}

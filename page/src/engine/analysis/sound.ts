/** A recording as it was read and as the model hears it (auscult.analysis.sound, auscult.analysis.listen). */

import { roundEven } from "../math/numbers";
import { applyGain, findGain, FRAME_SECONDS, isSilent, measureLoudness, SILENCE, type Loudness } from "../signal/level";
import { clean } from "../signal/preprocess";
import { SHORT_SECONDS } from "../signal/quality/meter";
import type { Card } from "./card";
import type { Model } from "./model";
import { runParts, type Window } from "./windows";

const HEARD_SHARE = 0.5; // a window of which less is sound, the rest digital silence, gets no answer

/** A recording before and after preprocessing. */
export interface Heard {
  /** As it was read, at the card's rate, (n,). */
  samples: Float32Array;
  /** As the model hears it, (m,); m exceeds n where a short recording is repeated. */
  sound: Float32Array;
  before: Loudness;
  /** Before its level was set. */
  after: Loudness;
  seconds: number;
}

/** Prepare samples (n,), n > 0, at the card's rate, for a model. */
export function hear(samples: Float32Array, card: Card): Heard {
  const { rate, preprocess } = card.facts;
  const cleaned = clean(samples, rate, preprocess);
  const before = measureLoudness(samples, rate);
  const after = cleaned === samples ? before : measureLoudness(cleaned, rate);
  const sound = applyGain(cleaned, findGain(after, preprocess.level));
  return { samples, sound, before, after, seconds: samples.length / rate };
}

/**
 * The windows in which there is something to hear, one chunk after the other.
 *
 * Left out are windows of digital silence: a model has nothing to go by there, but answers all the same. Where a short recording
 * was repeated, no window begins after its true end, and none is said to last longer.
 */
export async function* listenParts(model: Model, heard: Heard): AsyncGenerator<Window[]> {
  const { seconds } = heard;
  const isRepeated = heard.sound.length > heard.samples.length;
  if (isSilent(heard.after) || (isRepeated && seconds < SHORT_SECONDS)) return;
  for await (const part of runParts(model, heard.sound)) {
    const inside = part.filter((window) => window.start < seconds);
    const cut = inside.map((window) => ({ ...window, end: Math.min(window.end, seconds) }));
    yield cut.filter((window) => isSounding(window, heard.before.rms));
  }
}

/** Whether enough of a window is more than digital silence. */
function isSounding(window: Window, rms: Float32Array): boolean {
  const first = Math.min(Math.floor(window.start / FRAME_SECONDS), rms.length - 1);
  const stop = Math.min(Math.max(first + 1, roundEven(window.end / FRAME_SECONDS)), rms.length);
  const heard = rms.subarray(first, stop).filter((value) => value > SILENCE).length;
  return heard / (stop - first) >= HEARD_SHARE;
}

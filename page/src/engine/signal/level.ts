/** One loudness for all recordings, whatever the stethoscope's gain (auscult.signal.level). */

import { median } from "../math/numbers";

export const FRAME_SECONDS = 0.1;
/** -90 dBFS: at or below it a frame is digital silence, not a quiet chest. */
export const SILENCE = 10 ** (-90 / 20);
const LEVELS = { common: 0.02, loud: 1.0 };

/** How loud a recording is. */
export interface Loudness {
  /** Of frames of 0.1 s, each about its own mean. */
  rms: Float32Array;
  /** Of all samples: a constant offset. */
  mean: number;
  /** Mean square about the mean. */
  power: number;
}

/** What brings a recording to a level: its offset is taken away, the rest is multiplied. */
export interface Gain {
  offset: number;
  factor: number;
}

/** Root mean square of frames of 0.1 s about their own means; a last part shorter than a frame is left out, unless it is all. */
export function frameRms(samples: Float32Array, rate: number): Float32Array {
  const length = Math.max(1, Math.min(Math.round(FRAME_SECONDS * rate), samples.length));
  return Float32Array.from({ length: Math.floor(samples.length / length) }, (_, frame) => {
    return Math.sqrt(spread(samples, frame * length, (frame + 1) * length).power);
  });
}

/** Measure a whole recording, at least one sample. */
export function measureLoudness(samples: Float32Array, rate: number): Loudness {
  return { rms: frameRms(samples, rate), ...spread(samples, 0, samples.length) };
}

/** Whether there is nothing but digital silence, or a constant. */
export function isSilent(loudness: Loudness): boolean {
  return loudness.rms.every((value) => value <= SILENCE);
}

/** Find what brings a recording to a level; nothing where every frame is digital silence. */
export function findGain(loudness: Loudness, level: "common" | "loud" | "recorded"): Gain {
  const heard = loudness.rms.filter((value) => value > SILENCE);
  if (level === "recorded" || heard.length === 0) return { offset: 0, factor: 1 };
  return { offset: loudness.mean, factor: LEVELS[level] / median(heard) };
}

/** Samples at the level; a new array. */
export function applyGain(samples: Float32Array, { offset, factor }: Gain): Float32Array {
  return samples.map((value) => (value - offset) * factor);
}

/** Mean, and mean square about it, of a part of some samples. */
function spread(samples: Float32Array, from: number, to: number): { mean: number; power: number } {
  let total = 0;
  for (let i = from; i < to; i++) total += samples[i]!;
  const mean = total / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (samples[i]! - mean) ** 2;
  return { mean, power: squares / (to - from) };
}

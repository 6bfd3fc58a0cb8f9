/** Level of a recording: silence, gaps, clipping, coarse values, offset (auscult.signal.quality.level). */

import { highest, median, stretches, sum } from "../../math/numbers";
import { FRAME_SECONDS, frameRms, SILENCE } from "../level";

const FULL_SCALE = 0.985; // resampling moves clipped peaks a little below or above 1
const COUNTED_VALUES = 64; // of different values no more are counted

export interface Level {
  seconds: number;
  /** Share of the 0.1 s frames that are digital silence or a constant, 0 to 1. */
  silent: number;
  /** The longest stretch of such frames. */
  gapSeconds: number;
  /** Median root mean square of the other frames, dB below full scale (negative); -Infinity where there are none. */
  levelDb: number;
  /** Share of samples at full scale. */
  clipped: number;
  /** How many different values there are, at most 64. */
  values: number;
  /** Mean of the samples. */
  offset: number;
}

/** Measure mono samples (n,), n > 0. */
export function measureLevel(samples: Float32Array, rate: number): Level {
  const rms = frameRms(samples, rate);
  const silent = Array.from(rms, (value) => value <= SILENCE);
  const heard = rms.filter((value) => value > SILENCE);
  let clipped = 0;
  for (const value of samples) if (Math.abs(value) >= FULL_SCALE) clipped++;
  return {
    seconds: samples.length / rate,
    silent: 1 - heard.length / rms.length,
    gapSeconds: Math.max(0, highest(stretches(silent).map(([first, stop]) => stop - first))) * FRAME_SECONDS,
    levelDb: heard.length ? 20 * Math.log10(median(heard)) : -Infinity,
    clipped: clipped / samples.length,
    values: countValues(samples),
    offset: sum(samples) / samples.length,
  };
}

function countValues(samples: Float32Array): number {
  const found = new Set<number>();
  for (const value of samples) {
    found.add(value);
    if (found.size === COUNTED_VALUES) break;
  }
  return found.size;
}

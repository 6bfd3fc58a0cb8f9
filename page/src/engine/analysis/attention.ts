/** Where, in time and pitch, the model listened (auscult.analysis.attention). */

import { argmax, roundEven } from "../math/numbers";
import type { AttentionAnswer, Focus } from "../types";

/** Attention over a whole recording; 1: as much as an even spread over a window that is certainly abnormal. */
export interface AttentionMap {
  /** (bands, frames). */
  values: Float32Array;
  frames: number;
  frameSeconds: number;
  /** Centre frequency of each band, Hz. */
  bandHz: number[];
}

/**
 * Find where, between two times, attention is at least half its peak: a range of time and one of pitch around the peak.
 * Null where all bands are alike: such a map tells when, and that is in the event's own times.
 */
export function findFocus(map: AttentionMap, start: number, end: number): Focus | null {
  const [first, stop] = frameRange(map.frameSeconds, map.frames, start, end);
  const bands = map.bandHz.length;
  const [byTime, byBand] = [new Float32Array(stop - first), new Float32Array(bands)];
  let alike = bands > 1;
  for (let band = 0; band < bands; band++) {
    for (let frame = first; frame < stop; frame++) {
      const value = map.values[band * map.frames + frame]!;
      byTime[frame - first]! += value;
      byBand[band]! += value;
      alike &&= value === map.values[frame];
    }
  }
  if (alike) return null;
  const [early, late] = aroundPeak(byTime);
  const [low, high] = aroundPeak(byBand);
  const edges = bandEdges(map.bandHz);
  return {
    start: Math.max(start, (first + early) * map.frameSeconds),
    end: Math.min(end, (first + late + 1) * map.frameSeconds),
    low: edges[low]!,
    high: edges[high + 1]!,
  };
}

/** Limits of bands with given centres, (bands + 1,) Hz: halfway between two centres. */
export function bandEdges(bandHz: number[]): number[] {
  if (bandHz.length === 1) return [0, 2 * bandHz[0]!];
  const middle = bandHz.slice(1).map((hz, i) => (hz + bandHz[i]!) / 2);
  return [Math.max(0, 2 * bandHz[0]! - middle[0]!), ...middle, 2 * bandHz.at(-1)! - middle.at(-1)!];
}

/** The map as whole numbers from 0 to 255, of which 255 is the peak. */
export function toAnswer(map: AttentionMap): AttentionAnswer {
  const peak = map.values.reduce((most, value) => Math.max(most, value), 0);
  const scale = peak > 0 ? 255 / peak : 0;
  const values = map.bandHz.map((_, band) => {
    const row = map.values.subarray(band * map.frames, (band + 1) * map.frames);
    return Array.from(row, (value) => roundEven(value * scale));
  });
  return { frame_seconds: map.frameSeconds, band_hz: map.bandHz, peak, values };
}

/** Frames from `start` to `end` seconds, at least one: the first, and the one after the last. */
function frameRange(frameSeconds: number, frames: number, start: number, end: number): [number, number] {
  const first = Math.min(roundEven(start / frameSeconds), frames - 1);
  return [first, Math.min(Math.max(roundEven(end / frameSeconds), first + 1), frames)];
}

/** First and last place of the unbroken stretch around the peak that keeps at least half of it. */
function aroundPeak(profile: Float32Array): [number, number] {
  const peak = argmax(profile);
  const half = profile[peak]! / 2;
  let [left, right] = [peak, peak];
  while (left > 0 && profile[left - 1]! >= half) left--;
  while (right < profile.length - 1 && profile[right + 1]! >= half) right++;
  return [left, right];
}

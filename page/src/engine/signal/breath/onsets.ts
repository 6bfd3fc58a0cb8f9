/** Where a breath may begin: the quiet end of expiration, then the rise of inspiration (auscult.signal.breath.onsets). */

import rules from "bundled/breathing.json";
import { clamp, mean, quantile, roundEven } from "../../math/numbers";

const SILENT_DB = -110; // below it a band holds digital silence
const NEVER = -99; // evidence within digital silence
const [QUIETEST, LOUDEST, SLACK] = [0.02, 0.98, 3]; // quantiles, and dB beyond them, at which the level is cut

type Three<T> = [T, T, T];

/** Loudness, and its slant towards low and towards high bands, levelled and in units of its swing, (3, frames); 0 in silence. */
export function findTracks(decibels: Float64Array[], secondsAFrame: number): Float64Array[] {
  const { trend_seconds, scale_seconds, noise_db, limit } = rules.envelope;
  const heard = findHeard(decibels);
  if (!heard.some(Boolean)) return decibels.map((band) => new Float64Array(band.length));
  const trend = roundEven(trend_seconds / secondsAFrame);
  const [low, middle, high] = decibels.map((band) => levelBand(band, heard, trend)) as Three<Float64Array>;
  const loudness = low.map((value, i) => (value + middle[i]! + high[i]!) / 3);
  const squares = loudness.map((value) => value * value);
  const swing = movingMean(squares, roundEven(scale_seconds / secondsAFrame)).map(
    (value) => Math.sqrt(Math.max(value, 0)) + noise_db,
  );
  const tracks = [loudness, low.map((value, i) => value - middle[i]!), high.map((value, i) => value - middle[i]!)];
  return tracks.map((track) => track.map((value, i) => (heard[i] ? clamp(value / swing[i]!, -limit, limit) : 0)));
}

/**
 * How much likelier it is that a breath begins at a frame than elsewhere, (frames,): logarithms, very low in silence.
 *
 * @param tempo length of a cycle in seconds: the filter is stretched to it
 */
export function onsetEvidence(
  tracks: Float64Array[],
  heard: boolean[],
  secondsAFrame: number,
  tempo: number,
): Float64Array {
  const { offsets, weights, intercept, smooth_seconds } = rules.onset;
  const stretch = stretchOf(tempo);
  const places = offsets.map((offset) => roundEven((offset * stretch) / secondsAFrame));
  const width = Math.max(1, roundEven((smooth_seconds * stretch) / secondsAFrame));
  const smooth = tracks.map((track) => movingMean(track, width));
  const last = heard.length - 1;
  return Float64Array.from(heard, (isHeard, frame) => {
    if (!isHeard) return NEVER;
    let evidence = intercept;
    for (let track = 0; track < smooth.length; track++) {
      const [values, given] = [smooth[track]!, weights[track]!];
      for (let i = 0; i < places.length; i++) evidence += given[i]! * values[clamp(frame + places[i]!, 0, last)]!;
    }
    return evidence;
  });
}

/** Frames that are not digital silence. */
export function findHeard(decibels: Float64Array[]): boolean[] {
  return Array.from(decibels[0]!, (_, frame) => decibels.some((band) => band[frame]! > SILENT_DB));
}

/** Mean over `length` values about each; the first and the last value are held beyond the ends. */
export function movingMean(values: Float64Array, length: number): Float64Array {
  const last = values.length - 1;
  const width = Math.max(1, Math.min(length, values.length));
  const before = Math.floor(width / 2);
  const sums = new Float64Array(values.length + width);
  for (let i = 1; i < sums.length; i++) sums[i] = sums[i - 1]! + values[clamp(i - 1 - before, 0, last)]!;
  return values.map((_, i) => (sums[i + width]! - sums[i]!) / width);
}

/** How much longer than at the usual tempo. */
function stretchOf(tempo: number): number {
  const { usual_seconds, stretch_slow, stretch_quick } = rules.onset;
  const [shortest, longest] = usual_seconds as [number, number];
  return Math.max(tempo / longest, 1) ** stretch_slow * Math.min(tempo / shortest, 1) ** stretch_quick;
}

/** A band's level, cut at its extremes and without its slow changes. */
function levelBand(band: Float64Array, heard: boolean[], trend: number): Float64Array {
  const sound = band.filter((_, frame) => heard[frame]);
  const [low, high] = [quantile(sound, QUIETEST) - SLACK, quantile(sound, LOUDEST) + SLACK];
  const middle = mean(sound.map((value) => clamp(value, low, high)));
  const level = band.map((value, frame) => (heard[frame] ? clamp(value, low, high) : middle));
  const slow = movingMean(level, trend);
  return level.map((value, frame) => value - slow[frame]!);
}

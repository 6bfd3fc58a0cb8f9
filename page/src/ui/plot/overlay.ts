/** What is laid over a picture: where the model listened, or which pitches and moments its answer rests on. */

import type { Analysis } from "../../engine";

const FULL_SHARE = 0.995;
const PALEST = 0.1; // of log-odds: less is next to nothing, and looks like it

/** What lies over the spectrogram. */
export interface Overlay {
  /** At a pitch: how strongly each moment is coloured. 0 not at all, 1 and more fully; below 0 in the other colour. */
  row: (hz: number) => (time: number) => number;
  /** Whether it speaks for or against something; else it only says how much. */
  signed: boolean;
}

/** The map over the spectrogram; null where the model has none. */
export function mapOf(analysis: Analysis): Overlay | null {
  if (analysis.attention) return attention(analysis.attention);
  const bands = analysis.occlusion?.bands;
  if (!bands?.length) return null;
  const most = Math.max(PALEST, ...bands.map((band) => Math.abs(band.effect)));
  const row = (hz: number): (() => number) => {
    const effect = (bands.find((band) => hz >= band.low && hz < band.high)?.effect ?? 0) / most;
    return () => effect;
  };
  return { row, signed: true };
}

/** What each moment does to the answer for a heart, to colour the waveform; null where that is not known. */
export function momentsOf(analysis: Analysis): ((time: number) => number) | null {
  const stretches = analysis.occlusion?.stretches;
  if (!stretches?.length) return null;
  const most = stretches.reduce((top, one) => Math.max(top, Math.abs(one.effect)), PALEST);
  return (time) => {
    const here = stretches.filter((one) => time >= one.start && time < one.end);
    return here.reduce((sum, one) => sum + one.effect, 0) / (Math.max(1, here.length) * most);
  };
}

function attention({ values, peak, band_hz, frame_seconds }: NonNullable<Analysis["attention"]>): Overlay {
  const sorted = Float32Array.from(values.flat()).sort();
  const full = Math.max(((sorted[Math.floor(FULL_SHARE * (sorted.length - 1))] ?? 0) / 255) * peak, 1);
  const edges = band_hz.slice(1).map((hz, i) => (hz + band_hz[i]!) / 2);
  const row = (hz: number): ((time: number) => number) => {
    const above = edges.findIndex((edge) => hz < edge);
    const band = values[above < 0 ? edges.length : above] ?? [];
    return (time) => (((band[Math.floor(time / frame_seconds)] ?? 0) / 255) * peak) / full;
  };
  return { row, signed: false };
}

/** Figures of a recording's quality: what the gate and the learned quality are told (auscult.signal.quality.meter). */

import { highest, mean, roundEven } from "../../math/numbers";
import type { Organ } from "../../types";
import { FRAME_SECONDS } from "../level";
import { findCliff, type Cliff } from "./band";
import { EDGES, pieceFigures, type Figures } from "./figures";
import { humFigures } from "./hum";
import { measureLevel, type Level } from "./level";
import { bandPower, decibel, HOP_SECONDS, makeSpectra, type Spectra } from "./spectra";
import { speechFigures } from "./speech";

/** Less than half a breath of an adult. */
export const SHORT_SECONDS = 1;
const PIECE_SECONDS = 8;
const SHORTEST_SECONDS = 2; // a shorter piece has a level but no other figures
const BURST_BAND: Record<Organ, [number, number]> = { lung: [100, 1950], heart: [25, 950] };

/** Figures of a recording. */
export interface Measures {
  level: Level;
  /** Means over pieces of 8 s; empty where nothing was recorded or too little. */
  figures: Figures;
  /** Loudest 16 ms of each second, dB: what bursts are told by. */
  secondPeaksDb: number[];
  cliff: Cliff;
}

/** Measure mono samples (n,), n > 0, as they were read, at the recording's own level. */
export function measureQuality(samples: Float32Array, rate: number, organ: Organ): Measures {
  const found: Figures[] = [];
  const secondPeaksDb: number[] = [];
  let power: Float64Array = new Float64Array();
  let hz: Float64Array = new Float64Array();
  for (const piece of cutPieces(samples, rate)) {
    if (piece.length < SHORTEST_SECONDS * rate || piece.every((value) => value === piece[0])) continue;
    const spectra = makeSpectra(piece, rate, Math.min(EDGES[organ].at(-1)! + 50, rate / 2));
    found.push({ ...pieceFigures(spectra, organ), ...humFigures(spectra.fine), ...speechFigures(spectra.quick) });
    secondPeaksDb.push(...secondPeaks(spectra, organ));
    hz = spectra.fine.hz;
    power = hz.map((_, bin) => spectra.fine.power.reduce((total, frame) => total + frame[bin]!, power[bin] ?? 0));
  }
  const names = Object.keys(found[0] ?? {});
  const figures = Object.fromEntries(names.map((name) => [name, mean(found.map((one) => one[name]!))]));
  const cliff = found.length ? findCliff(power, hz) : { hz: 0, db: 0 };
  return { level: measureLevel(samples, rate), figures, secondPeaksDb, cliff };
}

/** Pieces of 8 s; the last is between a half and one and a half of that, so that it is no stump. */
function* cutPieces(samples: Float32Array, rate: number): Generator<Float32Array> {
  const length = roundEven(PIECE_SECONDS / FRAME_SECONDS) * Math.max(1, roundEven(FRAME_SECONDS * rate));
  let start = 0;
  for (; samples.length - start >= 1.5 * length; start += length) yield samples.subarray(start, start + length);
  if (start < samples.length) yield samples.subarray(start);
}

function secondPeaks(spectra: Spectra, organ: Organ): number[] {
  const level = bandPower(spectra.quick, ...BURST_BAND[organ]).map(decibel);
  const seconds = Math.max(1, roundEven(level.length * HOP_SECONDS));
  const [size, longer] = [Math.floor(level.length / seconds), level.length % seconds]; // the first ones have a frame more
  return Array.from({ length: seconds }, (_, second) => {
    const start = second * size + Math.min(second, longer);
    return highest(level.subarray(start, start + size + (second < longer ? 1 : 0)));
  });
}

/** Speech and crying: frames of several harmonics, loud, and as short as syllables (auscult.signal.quality.speech). */

import { highest, linspace, quantile, stretches, sum } from "../../math/numbers";
import type { Figures } from "./figures";
import { bandPower, binRange, decibel, HOP_SECONDS, type Spectrum } from "./spectra";

const BAND = [100, 1500] as const; // Hz
const PITCH = [90, 400] as const; // Hz, from a man's voice to a child's
const PERIODIC = 0.5; // height of the autocorrelation at the pitch
const ONE_TONE = 0.7; // share of the power in one line from which a frame is a tone, as a wheeze
const LOUDER_DB = 10; // than the quiet fifth of the piece
const SYLLABLE = [0.06, 0.6] as const; // s
const LAGS = 64;

/** Share of the time in stretches of 60 to 600 ms that are voiced, and how many of these there are a second. */
export function speechFigures(quick: Spectrum): Figures {
  const level = bandPower(quick, ...BAND).map(decibel);
  const least = quantile(level, 0.2) + LOUDER_DB;
  const [first, stop] = binRange(quick.hz, ...BAND);
  const waves = makeWaves(quick.hz.subarray(first, stop));
  const voiced = Array.from(level, (value, frame) => {
    if (value < least) return false;
    const power = quick.power[frame]!.subarray(first, stop);
    return findPeriodicity(power, waves) >= PERIODIC && findToneShare(power) < ONE_TONE;
  });
  const seconds = stretches(voiced).map(([from, to]) => (to - from) * HOP_SECONDS);
  const syllables = seconds.filter((value) => value >= SYLLABLE[0] && value <= SYLLABLE[1]);
  const whole = level.length * HOP_SECONDS;
  return { speech_share: sum(syllables) / whole, syllables: syllables.length / whole };
}

/** Cosines that turn power into the autocorrelation at each lag, (lags, bins). */
function makeWaves(hz: Float64Array): Float64Array[] {
  return linspace(1 / PITCH[1], 1 / PITCH[0], LAGS).map((lag) =>
    hz.map((value) => Math.cos(2 * Math.PI * value * lag)),
  );
}

/** Height of the autocorrelation at the best pitch, -1 to 1. */
function findPeriodicity(power: Float64Array, waves: Float64Array[]): number {
  const similar = waves.map((wave) => power.reduce((total, value, bin) => total + value * wave[bin]!, 0));
  return highest(similar) / (sum(power) + 1e-20);
}

/** Share of the power in the strongest line, three bins wide. */
function findToneShare(power: Float64Array): number {
  const three = power.subarray(2).map((value, bin) => value + power[bin]! + power[bin + 1]!);
  return highest(three) / (sum(power) + 1e-20);
}

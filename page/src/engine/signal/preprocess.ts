/** What is done to the samples of a recording before a model hears it (auscult.signal.preprocess, auscult.signal.fit). */

import { roundEven } from "../math/numbers";
import type { Preprocess } from "../types";
import { bandPass } from "./band_pass";

const FADE_SECONDS = 0.0625;

/** All but the level: band-pass, then repeated if shorter than the model wants; (n,) → (m,), m ≥ n. */
export function clean(samples: Float32Array, rate: number, how: Preprocess): Float32Array {
  const kept = how.band ? bandPass(samples, rate, { low: how.band[0], high: how.band[1], order: how.order }) : samples;
  if (how.shortest_seconds !== null && kept.length < roundEven(how.shortest_seconds * rate)) {
    return repeat(kept, rate, roundEven(how.shortest_seconds * rate));
  }
  return how.fade ? fade(kept, rate, { start: true, end: true }) : kept;
}

/** Faded at both ends, repeated until it is long enough, cut, and faded out at the end. */
export function repeat(samples: Float32Array, rate: number, wanted: number): Float32Array {
  const faded = fade(samples, rate, { start: true, end: true });
  const repeated = Float32Array.from({ length: wanted }, (_, i) => faded[i % faded.length]!);
  return fade(repeated, rate, { start: false, end: true });
}

/** Fade linearly over 62.5 ms, or half of what is shorter than both fades; a new array. */
export function fade(samples: Float32Array, rate: number, ends: { start: boolean; end: boolean }): Float32Array {
  const faded = samples.slice();
  const length = Math.min(roundEven(FADE_SECONDS * rate), Math.floor(samples.length / 2));
  for (let i = 0; i < length; i++) {
    const ramp = Math.fround(length === 1 ? 0 : i / (length - 1));
    if (ends.start) faded[i]! *= ramp;
    if (ends.end) faded[faded.length - 1 - i]! *= ramp;
  }
  return faded;
}

/** Whether the spectrum falls off a cliff, as after a phone's codec or from a lower sample rate (auscult.signal.quality.band). */

import { highest, mean, median, roundEven } from "../../math/numbers";

const STEP = 20; // Hz, width of the bins that are compared
const SIDE = 5; // of these on each side of a cliff
const SLOPE = 2; // and so many on the slope itself
const LOWEST = 150; // Hz; below it chests fall off by themselves

/** The steepest fall of a spectrum beyond which there is nothing more. */
export interface Cliff {
  hz: number;
  db: number;
}

/** Find the cliff in mean power (bins,) at equally spaced frequencies. */
export function findCliff(power: Float64Array, hz: Float64Array): Cliff {
  const perStep = Math.max(1, roundEven(STEP / (hz[1]! - hz[0]!)));
  const steps = Math.floor(power.length / perStep);
  const level = Float64Array.from({ length: steps }, (_, step) => {
    return 10 * Math.log10(mean(power.subarray(step * perStep, (step + 1) * perStep)) + 1e-18);
  });
  let best: Cliff = { hz: hz.at(-1)!, db: 0 };
  for (let edge = Math.max(SIDE, roundEven(LOWEST / STEP)); edge < steps - SIDE - SLOPE; edge++) {
    const below = median(level.subarray(edge - SIDE, edge));
    const above = level.subarray(edge + SLOPE);
    const fall = below - median(above.subarray(0, SIDE));
    if (fall > best.db && highest(above) < below - fall / 2) best = { hz: edge * STEP + (STEP * SLOPE) / 2, db: fall };
  }
  return best;
}

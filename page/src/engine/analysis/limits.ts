/** What the model cannot hear in a recording, or hears otherwise than it is (auscult.analysis.analyze). */

import { isSilent } from "../signal/level";
import type { Card } from "./card";
import type { Heard } from "./sound";
import { fixed } from "./words";

const FAINT = 1e-4; // of the power

/** Warnings, in plain words; `rate`: samples a second that the recording was made with. */
export function findLimits(rate: number, card: Card, heard: Heard): string[] {
  const found: string[] = [];
  const { band, shortest_seconds } = card.facts.preprocess;
  const highest = Math.min(card.facts.rate / 2, band?.[1] ?? Infinity);
  if (rate / 2 < highest) found.push(`narrow: recorded at ${rate} Hz, the model listens up to ${fixed(highest, 0)} Hz`);
  if (heard.sound.length > heard.samples.length) {
    found.push(`short: ${fixed(heard.seconds, 1)} s, repeated to fill a window of ${shortest_seconds} s`);
  }
  if (band && !isSilent(heard.before)) {
    const where = `between ${fixed(band[0], 0)} and ${fixed(band[1], 0)} Hz`;
    if (isSilent(heard.after)) found.push(`silent ${where}: nothing is left for the model to hear`);
    else if (heard.after.power / heard.before.power < FAINT) {
      found.push(`faint ${where}: nearly all of it lies outside what the model hears`);
    }
  }
  return found;
}

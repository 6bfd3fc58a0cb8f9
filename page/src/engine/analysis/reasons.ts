/** Why an answer is not told, and what to do about it, in plain words (auscult.analysis.reasons). */

import type { Quality, Reason, Sureness } from "../types";
import { percent } from "./words";

const AGAIN = "record again: hold still, press lightly, in a quiet room";
const LISTEN = "listen to it, or record again at the same place and at others";

/** What makes the recording unusable, or else that the model is not sure enough; empty where the answer is told. */
export function findReasons(label: string | null, quality: Quality | null, sureness: Sureness | null): Reason[] {
  const serious = (quality?.faults ?? []).filter((fault) => fault.serious);
  if (serious.length) return serious.map(({ sentence, advice }) => ({ sentence, advice }));
  if (label === null) return [{ sentence: "nothing is left that the model could hear", advice: AGAIN }];
  if (sureness && !sureness.told) {
    const sentence = `not sure enough: ${label} with ${percent(sureness.probability)}, told from ${percent(sureness.threshold)} on`;
    return [{ sentence, advice: LISTEN }];
  }
  return [];
}

/** How probable it is that an annotator would call a recording good enough (auscult.analysis.quality_model). */

import { clamp } from "../math/numbers";
import type { Figures } from "../signal/quality/figures";
import type { Organ } from "../types";

const FURTHEST = 3; // standard deviations: of other stethoscopes nothing is known

/** A logistic regression over figures; below `doubt` a recording is doubtful, below `limit` it is refused. */
export interface QualityModel {
  doubt: number;
  limit: number;
  intercept: number;
  figures: Record<string, { mean: number; scale: number; weight: number }>;
}

const files = import.meta.glob<QualityModel>("bundled/quality-*.json", { eager: true, import: "default" });

/** The model for an organ; null where none came with this auscult. */
export function qualityModel(organ: Organ): QualityModel | null {
  return Object.entries(files).find(([path]) => path.endsWith(`/quality-${organ}.json`))?.[1] ?? null;
}

/** Probability that a recording with these figures is good enough; null where a figure is missing. */
export function qualityProbability(model: QualityModel, figures: Figures): number | null {
  let odds = model.intercept;
  for (const [name, { mean, scale, weight }] of Object.entries(model.figures)) {
    const value = figures[name];
    if (value === undefined) return null;
    odds += weight * clamp((value - mean) / scale, -FURTHEST, FURTHEST);
  }
  return 1 / (1 + Math.exp(-odds));
}

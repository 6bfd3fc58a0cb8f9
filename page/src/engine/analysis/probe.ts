/** Asking a model about single windows again, after something in them was changed (auscult.analysis.probe). */

import { clamp, mean, roundEven } from "../math/numbers";
import type { Model } from "./model";
import { runWindow, type Window } from "./windows";

const CERTAIN = 1e-6; // probabilities beyond are as good as certain: their log-odds would be rounding errors

/** A section of a recording, and the number of its first sample → the same section without something. */
export type Change = (section: Float32Array, first: number) => Float32Array;

/** A model, and the windows of one recording that it can be asked about. */
export class Probe {
  /** Samples that a section may have: a window with its context. */
  readonly longest: number;
  private readonly before: number;
  private readonly after: number;
  private readonly unchanged = new Map<number, number>();

  constructor(
    private readonly model: Model,
    private readonly sound: Float32Array,
    private readonly windows: Window[],
  ) {
    const { card } = model;
    const step = card.samples(card.facts.step_seconds);
    const context = card.samples(card.facts.context_seconds);
    this.before = Math.ceil(context / step) * step;
    this.after = card.samples(card.facts.window_seconds) + context;
    this.longest = Math.min(this.before + this.after, sound.length);
  }

  /** How much lower the log-odds of abnormal are after a change, on average over some windows, given by their numbers. */
  async effect(windows: number[], change: Change): Promise<number> {
    const found: number[] = [];
    for (const window of windows) found.push(await this.effectOn(window, change));
    return mean(found);
  }

  private async effectOn(window: number, change: Change): Promise<number> {
    const start = roundEven(this.windows[window]!.start * this.model.card.facts.rate);
    const first = Math.max(0, start - this.before);
    const section = this.sound.subarray(first, start + this.after);
    if (!this.unchanged.has(window)) this.unchanged.set(window, await this.logOdds(section, start - first));
    return this.unchanged.get(window)! - (await this.logOdds(change(section, first), start - first));
  }

  private async logOdds(section: Float32Array, start: number): Promise<number> {
    const { probabilities } = await runWindow(this.model, section, start);
    const normal = clamp(probabilities[0]!, CERTAIN, 1 - CERTAIN);
    return Math.log((1 - normal) / normal);
  }
}

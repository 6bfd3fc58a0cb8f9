/** Cards and windows for the unit tests. */

import { Card } from "../../src/engine/analysis/card";
import type { Model } from "../../src/engine/analysis/model";
import type { Window } from "../../src/engine/analysis/windows";
import type { CardFacts } from "../../src/engine/types";

/** A lung model of icbhi-4: windows of 1 s every 0.5 s, frames of 0.1 s, at 100 samples a second. */
export function makeCard(changes: Partial<CardFacts> = {}): Card {
  return new Card({
    format: 1,
    name: "lung",
    title: "",
    organ: "lung",
    task: "icbhi-4",
    classes: ["normal", "crackle", "wheeze", "both"],
    coarse: null,
    rate: 100,
    preprocess: { band: null, order: 4, wavelet: null, shortest_seconds: null, fade: false, level: "recorded" },
    window_seconds: 1,
    step_seconds: 0.5,
    context_seconds: 0,
    frame_seconds: 0.1,
    band_hz: [10, 20],
    pooling: "top",
    normal_offset: 0,
    thresholds: {},
    merging: { keep: 0.75, attended: 0.8, smooth_seconds: 0.1, gap_seconds: 0.3, shortest_seconds: 0.1, least: 0 },
    sureness: null,
    sha256: "",
    ...changes,
  });
}

/** Windows of 1 s every 0.5 s with these probabilities. */
export function makeWindows(rows: number[][]): Window[] {
  return rows.map((row, i) => ({
    start: i / 2,
    end: i / 2 + 1,
    probabilities: Float32Array.from(row),
    attention: null,
  }));
}

/** A model that answers each of its windows with the mean of the samples in it and one step of context on either side. */
export function makeModel(card: Card): Model & { calls: number[] } {
  const calls: number[] = [];
  const [window, step, context] = [card.facts.window_seconds, card.facts.step_seconds, card.facts.context_seconds].map(
    (s) => card.samples(s),
  );
  return {
    card,
    calls,
    run(samples) {
      calls.push(samples.length);
      const count = Math.max(1, Math.floor((samples.length - window!) / step!) + 1);
      const probabilities = Array.from({ length: count }, (_, i) => {
        const heard = samples.subarray(Math.max(0, i * step! - context!), i * step! + window! + context!);
        return Float32Array.of(heard.reduce((total, value) => total + value, 0) / heard.length, 0, 0, 0);
      });
      return Promise.resolve({ probabilities, attention: null });
    },
  };
}

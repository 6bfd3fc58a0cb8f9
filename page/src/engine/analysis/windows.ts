/** Run a model over a recording of any length, chunk by chunk, as if called once on all of it (auscult.analysis.windows). */

import { greatestCommonDivisor, roundEven } from "../math/numbers";
import type { Card } from "./card";
import type { Model } from "./model";

const CHUNK_SECONDS = 30;

/** What a model said of one window; times in seconds from the start of the recording. */
export interface Window {
  start: number;
  end: number;
  /** By class. */
  probabilities: Float32Array;
  /** (bands, frames), adding up to 1; null where the model has none. */
  attention: Float32Array | null;
}

/** A stretch of samples to call the model on, and the stretch in which the windows to keep start. */
interface Chunk {
  start: number;
  stop: number;
  keepFrom: number;
  keepTo: number;
}

/**
 * Run a model over samples (n,) that are prepared as its card says; yields the windows of each chunk, in order.
 *
 * Chunks overlap by the model's context, so that the answer does not depend on their length. Where the last window of the grid
 * ends before the recording does, one more covers the recording's end.
 */
export async function* runParts(model: Model, samples: Float32Array): AsyncGenerator<Window[]> {
  const { card } = model;
  const { rate, frame_seconds, window_seconds } = card.facts;
  let lastEnd = 0;
  for (const chunk of cutChunks(samples.length, card, card.samples(CHUNK_SECONDS))) {
    const windows = (await call(model, samples, chunk.start, chunk.stop)).filter((window) => {
      const start = roundEven(window.start * rate);
      return start >= chunk.keepFrom && start < chunk.keepTo;
    });
    lastEnd = windows.at(-1)!.end;
    yield windows;
  }
  if (samples.length - roundEven(lastEnd * rate) >= card.samples(frame_seconds)) {
    yield [await runWindow(model, samples, samples.length - card.samples(window_seconds))];
  }
}

/** Run the one window that begins at a sample, with the context that it has in the recording. */
export async function runWindow(model: Model, samples: Float32Array, start: number): Promise<Window> {
  const { card } = model;
  const step = card.samples(card.facts.step_seconds);
  const context = card.samples(card.facts.context_seconds);
  const before = Math.min(Math.ceil(context / step), Math.floor(start / step)); // in steps: so many windows begin earlier
  const stop = Math.min(samples.length, start + card.samples(card.facts.window_seconds) + context);
  const windows = await call(model, samples, start - before * step, stop);
  return windows[Math.min(before, windows.length - 1)]!;
}

/** Chunks of about `length` samples. They start where a window and a frame start, so that both grids are kept. */
export function* cutChunks(size: number, card: Card, length: number): Generator<Chunk> {
  const { window_seconds, step_seconds, context_seconds, frame_seconds } = card.facts;
  const [window, step, context] = [window_seconds, step_seconds, context_seconds].map((s) => card.samples(s)) as [
    number,
    number,
    number,
  ];
  const frame = card.samples(frame_seconds);
  const grid = (step * frame) / greatestCommonDivisor(step, frame);
  let keepFrom = 0;
  while (keepFrom === 0 || keepFrom + window <= size) {
    const start = Math.max(0, Math.floor((keepFrom - context) / grid) * grid);
    const stop = Math.min(size, Math.max(start + length, keepFrom + window + context));
    if (stop === size) {
      yield { start, stop, keepFrom, keepTo: size };
      return;
    }
    const keepTo = Math.floor((stop - window - context) / step) * step + step;
    yield { start, stop, keepFrom, keepTo };
    keepFrom = keepTo;
  }
}

/** One call; times of its windows counted from the start of the recording. */
async function call(model: Model, samples: Float32Array, start: number, stop: number): Promise<Window[]> {
  const { rate, step_seconds, window_seconds } = model.card.facts;
  const step = model.card.samples(step_seconds);
  const said = await model.run(samples.subarray(start, stop));
  return said.probabilities.map((probabilities, number) => {
    const begin = (start + number * step) / rate;
    const end = Math.min(begin + window_seconds, stop / rate);
    return { start: begin, end, probabilities, attention: said.attention?.[number] ?? null };
  });
}

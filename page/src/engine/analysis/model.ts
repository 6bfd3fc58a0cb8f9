/** A trained model from its two files, run by ONNX Runtime (auscult.analysis.model). */

import * as ort from "onnxruntime-web/wasm";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { SoundError } from "../errors";
import { Card } from "./card";

const INPUT = "samples";
const PROBABILITIES = "probabilities";
const ATTENTION = "attention";

/** What a model says of the windows in some samples. */
export interface Said {
  /** By window, by class. */
  probabilities: Float32Array[];
  /** By window (bands, frames), each adding up to 1; null where the model has no map of its own. */
  attention: Float32Array[] | null;
}

/** Samples at the card's rate, prepared as it says → what the model says. Fewer samples than a window give one window. */
export interface Model {
  readonly card: Card;
  run(samples: Float32Array): Promise<Said>;
}

/** Start a session on one thread: windows are small, and threads would need headers that a static host does not send. */
export async function openModel(card: Card, weights: Uint8Array): Promise<Model> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: wasmUrl };
  ort.env.logLevel = "error";
  const session = await openSession(card, weights);
  const outputs = [PROBABILITIES, ATTENTION].filter((name) => session.outputNames.includes(name));
  return {
    card,
    async run(samples) {
      const input = new ort.Tensor("float32", samples, [1, samples.length]);
      const found = await session.run({ [INPUT]: input }, outputs);
      return {
        probabilities: rows(found[PROBABILITIES]!),
        attention: found[ATTENTION] ? rows(found[ATTENTION]) : null,
      };
    },
  };
}

async function openSession(card: Card, weights: Uint8Array): Promise<ort.InferenceSession> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(weights, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
    });
  } catch (error) {
    throw new SoundError(
      "model-broken",
      `The model ${card.facts.name} cannot be run here (${firstLine(error)}): reload the page.`,
    );
  }
  if (!session.inputNames.includes(INPUT) || !session.outputNames.includes(PROBABILITIES)) {
    throw new SoundError("model-broken", `${card.facts.name} is not a model exported by auscult.`);
  }
  return session;
}

/** A tensor (1, windows, …) by window. */
function rows(tensor: ort.Tensor): Float32Array[] {
  const data = tensor.data as Float32Array;
  const windows = tensor.dims[1]!;
  const size = data.length / windows;
  return Array.from({ length: windows }, (_, window) => data.slice(window * size, (window + 1) * size));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!.slice(0, 200);
}

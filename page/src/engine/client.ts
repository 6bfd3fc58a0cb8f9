/** The page's side of the engine: requests to a worker, so that the page stays responsive while a model runs. */

import { SoundError } from "./errors";
import type { Reply, Request } from "./protocol";
import type { Analysis, CardFacts } from "./types";

/** Told how far a task is, from 0 to 1. */
export type Progress = (share: number) => void;

/** A trained model that is ready to run. */
export interface Model {
  readonly card: CardFacts;
  /** Where it was loaded from. */
  readonly url: string;
}

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
  onProgress: Progress | undefined;
  onAnswer: ((analysis: Analysis) => void) | undefined;
}

type Question = Request extends infer One ? (One extends Request ? Omit<One, "id"> : never) : never;

const waiting = new Map<number, Waiting>();
const numbers = new WeakMap<Model, { worker: Worker; number: number }>();
let worker: Worker | null = null;
let asked = 0;

/**
 * Load a model.
 *
 * @param url of its onnx file, of its card, or of both without an ending (`models/lung`)
 * @param onProgress share of the onnx file that has arrived
 * @throws SoundError where a file is missing or cut short, or the model does not run here
 */
export async function loadModel(url: string, onProgress?: Progress): Promise<Model> {
  const absolute = new URL(url, document.baseURI).href;
  const reply = await ask({ do: "load", url: absolute }, onProgress);
  if (!("loaded" in reply)) throw new Error("the worker answered something else");
  const model = { card: reply.loaded.card, url };
  numbers.set(model, { worker: startWorker(), number: reply.loaded.model });
  return model;
}

/**
 * Find out when, and at which pitch, a recording is abnormal, as `auscult analyze` does it. An aid, not a diagnosis.
 *
 * @param samples mono, (n,), n > 0, in [-1, 1]
 * @param rate samples a second
 * @param onProgress share that is done
 * @param onAnswer called once, as soon as all but `occlusion` stands: explaining a heart sound takes longer than answering it
 * @returns the json of docs/output.md; `file` is empty
 * @throws SoundError with one sentence, where nothing can be made of the samples
 */
export async function analyze(
  model: Model,
  samples: Float32Array,
  rate: number,
  onProgress?: Progress,
  onAnswer?: (analysis: Analysis) => void,
): Promise<Analysis> {
  const known = numbers.get(model);
  if (!known || known.worker !== worker)
    throw new SoundError("engine-stopped", "The engine was stopped: load the model again.");
  const reply = await ask({ do: "analyze", model: known.number, samples, rate }, onProgress, onAnswer);
  if (!("analysis" in reply)) throw new Error("the worker answered something else");
  return reply.analysis;
}

function ask(question: Question, onProgress?: Progress, onAnswer?: (analysis: Analysis) => void): Promise<Reply> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, onProgress, onAnswer });
    try {
      startWorker().postMessage({ id, ...question });
    } catch {
      waiting.delete(id);
      reject(new SoundError("out-of-memory", "There is not enough memory for so long a recording: cut it into parts."));
    }
  });
}

function startWorker(): Worker {
  if (!worker) {
    worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "auscult engine" });
    worker.onmessage = (event: MessageEvent<Reply>) => receive(event.data);
    worker.onerror = stop;
    worker.onmessageerror = stop;
  }
  return worker;
}

function receive(reply: Reply): void {
  const one = waiting.get(reply.id);
  if (!one) return;
  if ("progress" in reply) {
    one.onProgress?.(reply.progress);
    return;
  }
  if ("answer" in reply) {
    one.onAnswer?.(reply.answer);
    return;
  }
  waiting.delete(reply.id);
  if ("error" in reply) one.reject(new SoundError(reply.error.code, reply.error.message));
  else one.resolve(reply);
}

/** The worker died (most likely of too little memory): whoever waits is told, and the next request starts another. */
function stop(): void {
  worker?.terminate();
  worker = null;
  const error = new SoundError(
    "engine-stopped",
    "The engine stopped, as when memory runs out: reload the page, try a shorter recording.",
  );
  for (const one of waiting.values()) one.reject(error);
  waiting.clear();
}

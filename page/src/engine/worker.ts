/** The worker: loads models and runs them, one request after the other. */

import { analyze } from "./analysis/analyze";
import type { Model } from "./analysis/model";
import { SoundError, type ErrorCode } from "./errors";
import { fetchModel } from "./fetch_model";
import type { Reply, Request } from "./protocol";
import type { Analysis } from "./types";

const models: Model[] = [];
let last: Promise<void> = Promise.resolve(); // a session runs one request at a time

self.onmessage = (event: MessageEvent<Request>) => {
  last = last.then(() => answer(event.data));
};

async function answer(request: Request): Promise<void> {
  const reply = (message: Reply): void => self.postMessage(message);
  const onProgress = (progress: number): void => reply({ id: request.id, progress });
  try {
    if (request.do === "load") {
      const model = await fetchModel(request.url, onProgress);
      models.push(model);
      reply({ id: request.id, loaded: { card: model.card.facts, model: models.length - 1 } });
    } else {
      const onAnswer = (answer: Analysis): void => reply({ id: request.id, answer });
      const analysis = await analyze(models[request.model]!, request.samples, request.rate, onProgress, onAnswer);
      reply({ id: request.id, analysis });
    }
  } catch (error) {
    reply({ id: request.id, error: explain(error) });
  }
}

function explain(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof SoundError) return { code: error.code, message: error.message };
  if (error instanceof RangeError) {
    return { code: "out-of-memory", message: "There is not enough memory for so long a recording: cut it into parts." };
  }
  console.error(error);
  return {
    code: "engine-stopped",
    message: "Something went wrong inside the page: reload it, and report this if it comes again.",
  };
}

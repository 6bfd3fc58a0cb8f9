/** A page with nothing but the engine, for tests that drive it in a real browser. */

import * as engine from "../../src/engine";

export interface Case {
  file: string;
  model: string;
}

export interface Outcome {
  analysis?: engine.Analysis;
  error?: { code: string; message: string };
  /** Until the answer stood, decoding apart. */
  seconds: number;
  /** Until all stood. */
  allSeconds: number;
}

const models = new Map<string, Promise<engine.Model>>();

/** Decode and analyse one file that the test serves under `cases/`, with a model that it serves under `models/`. */
async function analyzeCase({ file, model }: Case): Promise<Outcome> {
  let start = performance.now();
  try {
    if (!models.has(model)) models.set(model, engine.loadModel(`/models/${model}`));
    const loaded = await models.get(model)!;
    const bytes = await (await fetch(`/cases/${file}`)).arrayBuffer();
    const sound = await engine.decode(new File([bytes], file));
    start = performance.now();
    let answered = start;
    const analysis = await engine.analyze(
      loaded,
      sound.samples,
      sound.rate,
      undefined,
      () => (answered = performance.now()),
    );
    return { analysis, seconds: (answered - start) / 1000, allSeconds: (performance.now() - start) / 1000 };
  } catch (error) {
    if (!(error instanceof engine.SoundError)) throw error;
    return { error: { code: error.code, message: error.message }, seconds: 0, allSeconds: 0 };
  }
}

declare global {
  interface Window {
    analyzeCase: typeof analyzeCase;
    engine: typeof engine;
  }
}
window.analyzeCase = analyzeCase;
window.engine = engine;

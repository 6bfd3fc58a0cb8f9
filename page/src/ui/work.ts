/** From a file or a recording to an answer, one after the other. */

import { analyze, decode, SoundError, type Analysis } from "../engine";
import { clearMessages, sayError, showBusy } from "./messages";
import { forgetModels, getModel } from "./models";
import { addEntry, explainEntry, state, type Entry } from "./state";
import { texts } from "./texts";

interface Heard {
  samples: Float32Array;
  /** Hz */
  rate: number;
}

let queue: Promise<void> = Promise.resolve();

/** Read files and answer them, in order; what cannot be read is said and does not stop the others. */
export function answerFiles(files: Iterable<File>): void {
  clearMessages();
  for (const file of files) {
    enqueue(file.name, async () => {
      showBusy(texts().reading(file.name));
      return decode(file);
    });
  }
}

/** Answer samples that the page has already. */
export function answerSamples(name: string, heard: Heard): void {
  clearMessages();
  enqueue(name, () => Promise.resolve(heard), true);
}

/** Read a file under another name and answer it. */
export function answerFile(file: File, name: string): void {
  clearMessages();
  enqueue(name, () => decode(file));
}

function enqueue(name: string, read: () => Promise<Heard>, recorded = false): void {
  const { organ } = state;
  const model = state.chosen[organ];
  queue = queue.then(async () => {
    try {
      const { samples, rate } = await read();
      showBusy(texts().modelLoading(0), 0);
      const loaded = await getModel(model, (share) => showBusy(texts().modelLoading(share), share));
      showBusy(texts().working(name), 0);
      const onProgress = (share: number): void => showBusy(texts().working(name), share);
      const shown: Entry[] = [];
      const onAnswer = (analysis: Analysis): void => {
        const { card, highest } = loaded;
        const answer = { ...analysis, file: name };
        shown.push(
          addEntry({ name, samples, rate, organ, model, analysis: answer, card, highest, recorded, explained: false }),
        );
      };
      const whole = await analyze(loaded.model, samples, rate, onProgress, onAnswer);
      for (const entry of shown) explainEntry(entry, whole);
    } catch (error) {
      if (error instanceof SoundError && error.code === "engine-stopped") forgetModels();
      sayError(error, name);
    } finally {
      showBusy(null);
    }
  });
}

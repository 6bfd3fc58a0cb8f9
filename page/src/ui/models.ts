/** The models that came with the page: which there are, and each loaded once. */

import { loadModel, type Model, type Organ } from "../engine";

export interface OrganModels {
  default: string;
  models: string[];
}

export interface Loaded {
  model: Model;
  /** All of the card's json, for what the page tells of the model. */
  card: Record<string, unknown>;
  /** Up to which pitch it hears, Hz. */
  highest: number;
}

type Progress = (share: number) => void;

const known = new Map<string, { loading: Promise<Loaded>; listeners: Progress[] }>();

/** Fetch `models.json`: the models of each organ, and which answers unless another is chosen. */
export async function listModels(): Promise<Record<Organ, OrganModels>> {
  const answer = await fetch("models.json");
  if (!answer.ok) throw new Error(`models.json: ${answer.status}`);
  return (await answer.json()) as Record<Organ, OrganModels>;
}

/**
 * Load a model, or wait for it if it is on its way.
 *
 * @param onProgress Told the share that has arrived, 0 to 1.
 */
export function getModel(name: string, onProgress: Progress): Promise<Loaded> {
  const before = known.get(name);
  if (before) {
    before.listeners.push(onProgress);
    return before.loading;
  }
  const listeners = [onProgress];
  const loading = load(name, (share) => listeners.forEach((listener) => listener(share)));
  known.set(name, { loading, listeners });
  loading.catch(() => known.delete(name)); // the next one who asks tries again
  return loading;
}

/** Forget all models, because what ran them has stopped. */
export function forgetModels(): void {
  known.clear();
}

async function load(name: string, onProgress: Progress): Promise<Loaded> {
  const model = await loadModel(`models/${name}`, onProgress);
  const card = (await (await fetch(`models/${name}.json`)).json()) as Record<string, unknown>;
  const { rate, preprocess } = model.card;
  return { model, card, highest: Math.min(rate / 2, preprocess.band?.[1] ?? Infinity) };
}

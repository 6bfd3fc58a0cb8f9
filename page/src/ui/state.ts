/** What the page holds at a time, and who wants to know when it changes. */

import type { Analysis, Organ } from "../engine";
import type { OrganModels } from "./models";

/** One recording with its answer. */
export interface Entry {
  id: number;
  name: string;
  /** Mono, in [-1, 1]. */
  samples: Float32Array;
  /** Hz */
  rate: number;
  organ: Organ;
  model: string;
  analysis: Analysis;
  card: Record<string, unknown>;
  /** Up to which pitch the model hears, Hz. */
  highest: number;
  /** Whether the reasons for the answer are known, as far as they can be; of a heart sound they take longer than the answer. */
  explained: boolean;
  /** Whether it was recorded here, and exists nowhere else. */
  recorded: boolean;
}

export interface State {
  organ: Organ;
  /** Model that was chosen, by organ. */
  chosen: Record<Organ, string>;
  models: Record<Organ, OrganModels>;
  entries: Entry[];
  /** The recording that is shown, and the one beside it. */
  shown: number | null;
  beside: number | null;
}

export const state: State = {
  organ: "lung",
  chosen: { lung: "mn-lung", heart: "heart" },
  models: { lung: { default: "mn-lung", models: ["mn-lung"] }, heart: { default: "heart", models: ["heart"] } },
  entries: [],
  shown: null,
  beside: null,
};

let counted = 0;
const listeners: (() => void)[] = [];
const explainListeners: ((entry: Entry) => void)[] = [];

/** Have a function called whenever recordings come, go or are chosen. */
export function onEntries(listener: () => void): void {
  listeners.push(listener);
}

/** Add an answered recording and show it. */
export function addEntry(given: Omit<Entry, "id">): Entry {
  counted += 1;
  const entry = { ...given, id: counted };
  state.entries.push(entry);
  show(counted);
  return entry;
}

/** Say that the reasons for an answer have become known. */
export function explainEntry(entry: Entry, analysis: Analysis): void {
  entry.analysis = { ...analysis, file: entry.name };
  entry.explained = true;
  for (const listener of explainListeners) listener(entry);
}

/** Have a function called whenever the reasons for an answer have become known. */
export function onExplained(listener: (entry: Entry) => void): void {
  explainListeners.push(listener);
}

/** Take a recording away, and with it all that the page knows of it. */
export function removeEntry(id: number): void {
  state.entries = state.entries.filter((entry) => entry.id !== id);
  if (state.beside === id) state.beside = null;
  if (state.shown === id) {
    state.shown = state.beside ?? state.entries.at(-1)?.id ?? null;
    state.beside = null;
  }
  tell();
}

/** Show a recording. */
export function show(id: number): void {
  state.shown = id;
  if (state.beside === id) state.beside = null;
  tell();
}

/** Show a second recording beside the first; null: none. */
export function showBeside(id: number | null): void {
  state.beside = id;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

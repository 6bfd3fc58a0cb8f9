/** How far two answers to one recording are apart. */

import type { Analysis } from "../../src/engine";

/** Largest differences, by what was compared; a text says what cannot be put into a number. */
export interface Differences {
  /** Between probabilities: of the recording, its kinds, its windows, its events, sureness and cycles. */
  probability: number;
  /** Between times: of windows, events and cycles, seconds. */
  time: number;
  /** Between heart rates or breathing rates, a minute. */
  rate: number;
  /** Between effects of what was taken out, log-odds. */
  effect: number;
  /** Between attention maps, where 1 is the peak. */
  attention: number;
  /** Labels, faults, numbers of windows and events … that are not the same. */
  other: string[];
}

type Json = Record<string, unknown> | unknown[] | string | number | boolean | null;

/** Compare the engine's answer with Python's (`Analysis.to_dict`). */
export function compare(engine: Analysis, python: Analysis): Differences {
  const found: Differences = { probability: 0, time: 0, rate: 0, effect: 0, attention: 0, other: [] };
  for (const [name, expected] of Object.entries(python)) {
    if (name !== "file") walk(name, engine[name as keyof Analysis] as Json, expected as Json, found);
  }
  return found;
}

/** Compare two values that are reached by a path such as `windows.3.probabilities.crackle`. */
function walk(path: string, given: Json, expected: Json, found: Differences): void {
  if (typeof expected === "number" && typeof given === "number") {
    const kind = kindOf(path);
    const difference = Math.abs(given - expected) / unitOf(path, expected);
    if (kind) found[kind] = Math.max(found[kind], difference);
    else if (difference > 1e-6) found.other.push(`${path}: ${given}, Python ${expected}`);
  } else if (Array.isArray(expected) && Array.isArray(given) && expected.length === given.length) {
    expected.forEach((item, i) => walk(`${path}.${i}`, given[i] as Json, item as Json, found));
  } else if (isObject(expected) && isObject(given)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(given)])) {
      walk(`${path}.${key}`, (given[key] ?? null) as Json, (expected[key] ?? null) as Json, found);
    }
  } else if (JSON.stringify(given) !== JSON.stringify(expected)) {
    found.other.push(`${path}: ${shorten(given)}, Python ${shorten(expected)}`);
  }
}

/** What a number at a path is; null for one that must be the same. */
function kindOf(path: string): keyof Omit<Differences, "other"> | null {
  if (/probabilit|kinds|confidence/.test(path)) return "probability";
  if (/effect/.test(path)) return "effect";
  if (/^attention\.(values|peak)/.test(path)) return "attention";
  if (/beats_per_minute|^breathing\.rate/.test(path)) return "rate";
  if (/(start|end|seconds)$/.test(path) && !path.startsWith("attention")) return "time";
  return null;
}

/** What a difference is counted in: an attention map's in its peak. */
function unitOf(path: string, expected: number): number {
  if (path === "attention.peak") return expected;
  return path.startsWith("attention.values") ? 255 : 1;
}

function isObject(value: Json): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shorten(value: Json): string {
  return Array.isArray(value) ? `${value.length} items` : JSON.stringify(value);
}

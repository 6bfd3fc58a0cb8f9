/** What the page and its worker tell each other. */

import type { ErrorCode } from "./errors";
import type { Analysis, CardFacts } from "./types";

/** To the worker; `id` is the request's. */
export type Request =
  | { id: number; do: "load"; url: string }
  | { id: number; do: "analyze"; model: number; samples: Float32Array; rate: number };

/** A model as the page knows it: its card, and its number in the worker. */
export interface Loaded {
  card: CardFacts;
  model: number;
}

/** From the worker: how far it is, or how it ended. */
export type Reply =
  | { id: number; progress: number }
  | { id: number; loaded: Loaded }
  | { id: number; answer: Analysis } // all but what explaining adds
  | { id: number; analysis: Analysis }
  | { id: number; error: { code: ErrorCode; message: string } };

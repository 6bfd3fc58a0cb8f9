/** The engine: a model in the browser that gives the answers of `auscult analyze`. The page imports nothing else of it. */

export { decode, toMono, type Sound } from "./decode/decode";
export { SoundError, type ErrorCode } from "./errors";
export { analyze, loadModel, type Model } from "./client";
export type * from "./types";

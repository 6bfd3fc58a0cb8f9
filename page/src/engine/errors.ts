/** Which of the engine's errors it is; short and fixed, so that the page can say it in another language. */
export type ErrorCode =
  | "empty"
  | "no-sound"
  | "too-long"
  | "too-large"
  | "too-many-channels"
  | "bad-rate"
  | "cut-off"
  | "not-numbers"
  | "model-missing"
  | "model-broken"
  | "model-unsupported"
  | "out-of-memory"
  | "engine-stopped";

/** An error that the user can do something about: one sentence that says what. */
export class SoundError extends Error {
  constructor(
    readonly code: ErrorCode,
    sentence: string,
  ) {
    super(sentence);
    this.name = "SoundError";
  }
}

/** What is refused before any sample is decoded (auscult.signal.checks). */

import { SoundError } from "../errors";

const MAX_HOURS = 3;
const MAX_CHANNELS = 16;
const [MIN_RATE, MAX_RATE] = [100, 768_000];
/** Mono samples that a page can hold: an hour and a half at 48 kHz, three hours at 24 kHz. */
const MAX_HELD = 2 ** 28;
const MAX_BYTES = 2 ** 31;
const LOUDEST = 1e9; // full scale is 1, but some programs write floating point with that of 16 or 24 bits

/** What a file's header declares. */
export interface Declared {
  /** Samples in each channel; null where the header does not tell. */
  frames: number | null;
  rate: number;
  channels: number;
}

/** Refuse what cannot be a recording of lung or heart sounds, or does not fit into a page. */
export function checkDeclared(name: string, { frames, rate, channels }: Declared): void {
  if (!(rate >= MIN_RATE && rate <= MAX_RATE)) {
    throw new SoundError(
      "bad-rate",
      `${name} declares ${rate} samples a second; rates from ${MIN_RATE} to ${MAX_RATE} can be read.`,
    );
  }
  if (channels > MAX_CHANNELS) {
    throw new SoundError(
      "too-many-channels",
      `${name} declares ${channels} channels; at most ${MAX_CHANNELS} can be read.`,
    );
  }
  if (frames === null) return;
  if (frames <= 0) throw new SoundError("empty", `${name} holds no sound: 0 samples; record it again.`);
  if (frames / rate > MAX_HOURS * 3600) {
    const hours = Number((frames / rate / 3600).toPrecision(4));
    throw new SoundError(
      "too-long",
      `${name} holds ${hours} hours of sound; cut it into parts of at most ${MAX_HOURS} hours.`,
    );
  }
  if (frames > MAX_HELD) {
    throw new SoundError(
      "too-large",
      `${name} is too long for the page at ${rate} samples a second; use auscult analyze, or cut it into parts.`,
    );
  }
}

/** Refuse a file by its size alone. */
export function checkSize(name: string, bytes: number): void {
  if (bytes === 0) throw new SoundError("empty", `${name} is empty (0 bytes); copy or record it again.`);
  if (bytes > MAX_BYTES)
    throw new SoundError("too-large", `${name} is too large for the page; use auscult analyze, or cut it into parts.`);
}

/** Refuse samples that are not numbers. */
export function checkNumbers(name: string, samples: Float32Array): void {
  for (const value of samples) {
    if (!(Math.abs(value) < LOUDEST)) {
      throw new SoundError(
        "not-numbers",
        `${name} has samples that are not numbers (NaN, infinite or immense); export it again.`,
      );
    }
  }
}

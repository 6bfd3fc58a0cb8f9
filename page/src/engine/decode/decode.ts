/** From a file to mono samples, whatever it is. */

import { SoundError } from "../errors";
import { resample } from "../signal/resample";
import { readHeader } from "./header";
import { checkDeclared, checkNumbers, checkSize } from "./limits";
import { decodeWav, isWav } from "./wav";

/** Mono samples (n,), full scale 1, at `rate` Hz. */
export interface Sound {
  samples: Float32Array;
  rate: number;
}

const HEAD_BYTES = 1 << 20;
const USUAL_RATE = 48_000;
const [LOWEST_CONTEXT, HIGHEST_CONTEXT] = [8000, 96_000]; // Hz, rates at which every browser can decode

/**
 * Decode a file: wav by ourselves, at its own rate; others (flac, mp3, ogg, m4a …) as far as the browser knows them.
 *
 * @throws SoundError with one sentence that names the file, where it is no sound, damaged, too long or has too many channels
 */
export async function decode(file: File): Promise<Sound> {
  checkSize(file.name, file.size);
  const sound = await decodeAny(file);
  checkDeclared(file.name, { frames: sound.samples.length, rate: sound.rate, channels: 1 });
  checkNumbers(file.name, sound.samples);
  return sound;
}

/** The mean over channels, (n,). */
export function toMono(buffer: AudioBuffer): Float32Array {
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel));
  if (channels.length === 1) return channels[0]!;
  return channels[0]!.map((_, i) => channels.reduce((total, channel) => total + channel[i]!, 0) / channels.length);
}

async function decodeAny(file: File): Promise<Sound> {
  const head = new DataView(await readHead(file));
  const wav = isWav(head) ? await decodeWav(file, file.name) : null;
  if (wav) return wav;
  const declared = readHeader(head);
  if (declared) checkDeclared(file.name, declared);
  const rate = declared?.rate ?? USUAL_RATE;
  const buffer = await decodeByBrowser(file, contextRate(rate));
  return { samples: resample(toMono(buffer), buffer.sampleRate, rate), rate };
}

async function readHead(file: File): Promise<ArrayBuffer> {
  try {
    return await file.slice(0, HEAD_BYTES).arrayBuffer();
  } catch {
    throw new SoundError(
      "no-sound",
      `${file.name} cannot be read (a folder, or moved since it was chosen); choose it again.`,
    );
  }
}

async function decodeByBrowser(file: File, rate: number): Promise<AudioBuffer> {
  const context = new OfflineAudioContext(1, 1, rate);
  try {
    return await context.decodeAudioData(await file.arrayBuffer());
  } catch {
    throw new SoundError(
      "no-sound",
      `${file.name} is not audio that this browser can read (wav, flac, mp3, ogg …); convert it to wav.`,
    );
  }
}

/** The file's own rate, or the multiple or part of it at which every browser decodes. */
function contextRate(rate: number): number {
  if (rate < LOWEST_CONTEXT) return rate * Math.ceil(LOWEST_CONTEXT / rate);
  if (rate > HIGHEST_CONTEXT) return rate / Math.ceil(rate / HIGHEST_CONTEXT);
  return rate;
}

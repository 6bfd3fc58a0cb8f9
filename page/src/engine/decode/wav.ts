/** Wav files, read by ourselves: a browser would resample them to a rate of its own. */

import { SoundError } from "../errors";
import { checkDeclared } from "./limits";

const [PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE] = [1, 3, 6, 7, 0xfffe];
const HEADER_BYTES = 1 << 20; // in which the sound has to begin
const BLOCK_BYTES = 1 << 22;
const MISSING_SECONDS = 0.1; // a file that ends earlier than it declares is cut off

/** How a file's samples are written. */
export interface WavFormat {
  code: number;
  channels: number;
  rate: number;
  /** Of one sample of one channel. */
  bytes: number;
  /** First byte of the sound, and how many there are. */
  start: number;
  size: number;
}

/** Whether a file begins as a wav file does. */
export function isWav(head: DataView): boolean {
  return head.byteLength >= 12 && ["RIFF", "RF64"].includes(tag(head, 0)) && tag(head, 8) === "WAVE";
}

/** Decode a wav file, averaging its channels; null for a kind that only the browser may know. */
export async function decodeWav(file: Blob, name: string): Promise<{ samples: Float32Array; rate: number } | null> {
  const head = new DataView(await file.slice(0, HEADER_BYTES).arrayBuffer());
  const format = readFormat(head, file.size, name);
  const read = readerOf(format);
  if (!read) return null;
  const frameBytes = format.bytes * format.channels;
  const frames = Math.floor(Math.min(format.size, file.size - format.start) / frameBytes);
  checkDeclared(name, { frames: Math.floor(format.size / frameBytes), rate: format.rate, channels: format.channels });
  if (format.size / frameBytes - frames > MISSING_SECONDS * format.rate) {
    const [ends, declared] = [frames, format.size / frameBytes].map((count) => (count / format.rate).toFixed(1));
    throw new SoundError(
      "cut-off",
      `${name} ends after ${ends} s though its header declares ${declared} s; copy it again.`,
    );
  }
  const samples = new Float32Array(frames);
  const perBlock = Math.floor(BLOCK_BYTES / frameBytes);
  for (let first = 0; first < frames; first += perBlock) {
    const count = Math.min(perBlock, frames - first);
    const from = format.start + first * frameBytes;
    const block = new DataView(await file.slice(from, from + count * frameBytes).arrayBuffer());
    average(block, format, read, samples.subarray(first, first + count));
  }
  return { samples, rate: format.rate };
}

/** Find format and sound among the chunks of a file's beginning. */
export function readFormat(head: DataView, fileSize: number, name: string): WavFormat {
  let format: Omit<WavFormat, "start" | "size"> | null = null;
  for (let at = 12; at + 8 <= head.byteLength;) {
    const [id, size] = [tag(head, at), head.getUint32(at + 4, true)];
    if (id === "fmt " && at + 24 <= head.byteLength) format = readChunk(head, at + 8, size);
    if (id === "data" && format) {
      const isUnknown = size === 0xffffffff || (size === 0 && fileSize > at + 8); // written while recording, or RF64
      return { ...format, start: at + 8, size: isUnknown ? fileSize - at - 8 : size };
    }
    at += 8 + size + (size % 2);
  }
  throw new SoundError("no-sound", `${name} is a wav file without sound in it; record or export it again.`);
}

function readChunk(head: DataView, at: number, size: number): Omit<WavFormat, "start" | "size"> {
  const given = head.getUint16(at, true);
  const code = given === EXTENSIBLE && size >= 26 ? head.getUint16(at + 24, true) : given;
  const bits = head.getUint16(at + 14, true);
  return {
    code,
    channels: head.getUint16(at + 2, true),
    rate: head.getUint32(at + 4, true),
    bytes: Math.ceil(bits / 8),
  };
}

type Reader = (view: DataView, at: number) => number;

/** How one sample is read, full scale 1; null for a kind that is not known. */
function readerOf({ code, bytes, channels }: WavFormat): Reader | null {
  if (channels < 1) return null;
  if (code === PCM && bytes === 1) return (view, at) => (view.getUint8(at) - 128) / 128;
  if (code === PCM && bytes === 2) return (view, at) => view.getInt16(at, true) / 32768;
  if (code === PCM && bytes === 3)
    return (view, at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 8388608;
  if (code === PCM && bytes === 4) return (view, at) => view.getInt32(at, true) / 2147483648;
  if (code === FLOAT && bytes === 4) return (view, at) => view.getFloat32(at, true);
  if (code === FLOAT && bytes === 8) return (view, at) => view.getFloat64(at, true);
  if (code === MU_LAW && bytes === 1) return (view, at) => fromMuLaw(view.getUint8(at));
  if (code === A_LAW && bytes === 1) return (view, at) => fromALaw(view.getUint8(at));
  return null;
}

/** Put the mean over channels of a block's samples into `mono`. */
function average(block: DataView, { bytes, channels }: WavFormat, read: Reader, mono: Float32Array): void {
  for (let frame = 0; frame < mono.length; frame++) {
    let total = 0;
    for (let channel = 0; channel < channels; channel++) total += read(block, (frame * channels + channel) * bytes);
    mono[frame] = total / channels;
  }
}

/** ITU G.711. */
function fromMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const size = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4);
  return ((code & 0x80 ? -1 : 1) * (size - 0x84)) / 32768;
}

/** ITU G.711. */
function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return ((code & 0x80 ? 1 : -1) * size) / 32768;
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

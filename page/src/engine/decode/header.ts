/** The rate (and, where it stands there, the length) that a compressed file's header declares, so that nothing is resampled twice. */

import type { Declared } from "./limits";

/** What the first bytes of a flac, ogg, mp3 or m4a file declare; null where they are none of these. */
export function readHeader(head: DataView): Declared | null {
  const start = text(head, 0, 4);
  if (start === "fLaC") return readFlac(head);
  if (start === "OggS") return readOgg(head);
  if (text(head, 4, 4) === "ftyp") return readMp4(head);
  return readMp3(head);
}

function readFlac(head: DataView): Declared | null {
  if (head.byteLength < 26) return null;
  const packed = head.getUint32(18); // 20 bits of rate, 3 of channels - 1, 5 of sample size, 4 of the length
  const frames = (packed & 0xf) * 2 ** 32 + head.getUint32(22);
  return { rate: packed >>> 12, channels: ((packed >>> 9) & 7) + 1, frames: frames || null };
}

function readOgg(head: DataView): Declared | null {
  const at = 27 + (head.byteLength > 26 ? head.getUint8(26) : 0); // the first packet
  if (text(head, at, 7) === "\x01vorbis" && head.byteLength >= at + 16) {
    return { channels: head.getUint8(at + 11), rate: head.getUint32(at + 12, true), frames: null };
  }
  if (text(head, at, 8) === "OpusHead" && head.byteLength >= at + 10) {
    return { channels: head.getUint8(at + 9), rate: 48_000, frames: null };
  }
  return null;
}

const MP3_RATES = [44_100, 48_000, 32_000];

/** The first frame of an mp3 file: 11 bits set, then version, layer, bit rate, rate. */
function readMp3(head: DataView): Declared | null {
  let at = 0;
  if (text(head, 0, 3) === "ID3" && head.byteLength >= 10) {
    at = 10 + [6, 7, 8, 9].reduce((size, i) => size * 128 + (head.getUint8(i) & 0x7f), 0);
  }
  if (at + 4 > head.byteLength) return null;
  const word = head.getUint32(at);
  const version = (word >>> 19) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const rate = MP3_RATES[(word >>> 10) & 3];
  if (word >>> 21 !== 0x7ff || version === 1 || rate === undefined) return null;
  const divisor = { 0: 4, 2: 2, 3: 1 }[version as 0 | 2 | 3];
  return { rate: rate / divisor, channels: ((word >>> 6) & 3) === 3 ? 1 : 2, frames: null };
}

/** The time scale of a sound track's media header, which is its rate; it may stand anywhere near the beginning. */
function readMp4(head: DataView): Declared | null {
  for (let at = 0; at + 40 <= head.byteLength; at++) {
    if (head.getUint32(at) !== 0x6d646864) continue; // "mdhd"
    const isLong = head.getUint8(at + 4) === 1;
    const rate = head.getUint32(at + (isLong ? 24 : 16));
    const duration = isLong ? Number(head.getBigUint64(at + 28)) : head.getUint32(at + 20);
    return rate ? { rate, channels: 1, frames: duration || null } : null;
  }
  return null;
}

function text(view: DataView, at: number, length: number): string {
  if (view.byteLength < at + length) return "";
  return String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(at + i)));
}

/** Samples as a wav file: what the page plays, and what it saves of a recording. */

const BLOCK = 1 << 20;

/**
 * Write mono samples as a wav file of 16 bits.
 *
 * @param samples In [-1, 1]; what lies outside is clipped.
 * @param rate Hz
 */
export function encodeWav(samples: Float32Array, rate: number): Blob {
  const parts: ArrayBuffer[] = [header(samples.length, rate)];
  for (let first = 0; first < samples.length; first += BLOCK) {
    const block = samples.subarray(first, first + BLOCK); // in blocks, so that hours need no second copy in one piece
    const whole = new Int16Array(block.length);
    for (let i = 0; i < block.length; i += 1) whole[i] = Math.round(32767 * Math.max(-1, Math.min(1, block[i]!)));
    parts.push(whole.buffer);
  }
  return new Blob(parts, { type: "audio/wav" });
}

function header(count: number, rate: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string): void => {
    for (let i = 0; i < letters.length; i += 1) view.setUint8(at + i, letters.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * count, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // length of what follows up to "data"
  view.setUint16(20, 1, true); // whole numbers
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * count, true);
  return view.buffer;
}

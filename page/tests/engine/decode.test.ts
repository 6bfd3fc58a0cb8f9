/** Wav files byte by byte, headers of compressed files, and what is refused. */

import { describe, expect, it } from "vitest";
import { decode } from "../../src/engine/decode/decode";
import { readHeader } from "../../src/engine/decode/header";
import { checkDeclared } from "../../src/engine/decode/limits";
import { SoundError } from "../../src/engine/errors";

describe("a wav file", () => {
  it.each([
    ["8 bits", 1, 8, [0, 128, 192], [-1, 0, 0.5]],
    ["16 bits", 1, 16, [0x00, 0x80, 0x00, 0x40], [-1, 0.5]],
    ["24 bits", 1, 24, [0, 0, 0x80, 0, 0, 0x40], [-1, 0.5]],
    ["32 bits", 1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0x40], [-1, 0.5]],
    ["floats", 3, 32, [0, 0, 0x80, 0xbf, 0, 0, 0, 0x3f], [-1, 0.5]],
    ["µ-law", 7, 8, [0x00, 0xff], [-32124 / 32768, 0]],
    ["A-law", 6, 8, [0x2a, 0xd5], [-32256 / 32768, 8 / 32768]],
  ])("of %s", async (_, code, bits, data, expected) => {
    const { samples, rate } = await decode(wav({ code, bits, data }));
    expect([...samples]).toEqual(expected.map(Math.fround));
    expect(rate).toBe(4000);
  });

  it("of two channels is averaged", async () => {
    const { samples } = await decode(wav({ channels: 2, data: [0, 0x40, 0, 0, 0, 0x20, 0, 0x20] }));
    expect([...samples]).toEqual([0.25, 0.25]);
  });

  it("whose length was never filled in is read to its end", async () => {
    const { samples } = await decode(wav({ data: [0, 0x40, 0, 0x20], declared: 0xffffffff }));
    expect(samples.length).toBe(2);
  });

  it.each([
    [
      "that is cut off",
      wav({ data: [0, 0x40], declared: 8000 }),
      "cut-off",
      "ends after 0.0 s though its header declares 1.0 s",
    ],
    ["of 17 channels", wav({ channels: 17, data: new Array<number>(34).fill(0) }), "too-many-channels", "17 channels"],
    ["of 5 samples a second", wav({ rate: 5, data: [0, 0] }), "bad-rate", "5 samples a second"],
    ["without samples", wav({ data: [] }), "empty", "0 samples"],
    ["with NaN in it", wav({ code: 3, bits: 32, data: [0, 0, 0xc0, 0x7f] }), "not-numbers", "NaN"],
    ["without sound", new File(["RIFF\0\0\0\0WAVE"], "x.wav"), "no-sound", "without sound"],
    ["of no bytes", new File([], "x.wav"), "empty", "0 bytes"],
  ])("%s is refused", async (_, file, code, sentence) => {
    const error = await decode(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SoundError);
    expect((error as SoundError).code).toBe(code);
    expect((error as SoundError).message).toContain(sentence);
    expect((error as SoundError).message).toContain("x.wav");
  });
});

describe("limits", () => {
  it.each([
    [{ frames: 4000 * 3 * 3600 + 4000, rate: 4000, channels: 1 }, "too-long"],
    [{ frames: 48_000 * 2 * 3600, rate: 48_000, channels: 1 }, "too-large"],
  ])("%o", (declared, code) => {
    expect(() => checkDeclared("x.wav", declared)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("headers", () => {
  it("of flac", () => {
    const rate = 44_100;
    const packed = [rate >> 12, (rate >> 4) & 0xff, ((rate & 15) << 4) | (1 << 1), 0xf0, 0, 0, 0x10, 0];
    expect(readHeader(view([..."fLaC", ...new Array<number>(14).fill(0), ...packed]))).toEqual({
      rate,
      channels: 2,
      frames: 4096,
    });
  });

  it("of ogg with vorbis and with opus", () => {
    const page = [..."OggS", ...new Array<number>(22).fill(0), 1, 30];
    expect(readHeader(view([...page, 1, ..."vorbis", 0, 0, 0, 0, 2, 0x44, 0xac, 0, 0]))).toEqual({
      rate: 44_100,
      channels: 2,
      frames: null,
    });
    expect(readHeader(view([...page, ..."OpusHead", 1, 1]))).toEqual({ rate: 48_000, channels: 1, frames: null });
  });

  it("of mp3, behind a tag too", () => {
    const frame = [0xff, 0xfb, 0x90, 0xc0];
    expect(readHeader(view(frame))).toEqual({ rate: 44_100, channels: 1, frames: null });
    expect(readHeader(view([..."ID3", 3, 0, 0, 0, 0, 0, 2, 9, 9, 0xff, 0xf3, 0x98, 0x00]))).toEqual({
      rate: 16_000,
      channels: 2,
      frames: null,
    });
  });

  it("of m4a", () => {
    const media = [
      ..."mdhd",
      ...new Array<number>(12).fill(0),
      0,
      0,
      0xac,
      0x44,
      0,
      1,
      0,
      0,
      ...new Array<number>(40).fill(0),
    ];
    expect(readHeader(view([0, 0, 0, 8, ..."ftyp", 0, 0, 0, 32, ...media]))).toEqual({
      rate: 44_100,
      channels: 1,
      frames: 65_536,
    });
  });

  it("of something else", () => {
    expect(readHeader(view([..."hello, this is no sound"]))).toBeNull();
  });
});

interface Wav {
  code?: number;
  bits?: number;
  channels?: number;
  rate?: number;
  data: number[];
  /** Bytes that the header declares; those that are there if left out. */
  declared?: number;
}

function wav({ code = 1, bits = 16, channels = 1, rate = 4000, data, declared = data.length }: Wav): File {
  const bytes = new Uint8Array(44 + data.length);
  const header = new DataView(bytes.buffer);
  bytes.set(letters("RIFF"), 0);
  bytes.set(letters("WAVEfmt "), 8);
  header.setUint32(16, 16, true);
  header.setUint16(20, code, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, rate, true);
  header.setUint16(34, bits, true);
  bytes.set(letters("data"), 36);
  header.setUint32(40, declared, true);
  bytes.set(data, 44);
  return new File([bytes], "x.wav");
}

function view(parts: (number | string)[]): DataView {
  return new DataView(
    Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? letters(part) : [part]))).buffer,
  );
}

function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clock, span, stem } from "../../src/ui/format";
import { rgb } from "../../src/ui/plot/theme";
import { en } from "../../src/ui/texts/en";
import { ko } from "../../src/ui/texts/ko";
import { encodeWav } from "../../src/ui/wav";

it("tells times as they are read", () => {
  expect(clock(7.53)).toBe("7.5 s");
  expect(clock(59.99)).toBe("1:00.0");
  expect(clock(727.5)).toBe("12:07.5");
  expect(clock(3 * 3600 + 65, 0)).toBe("3:01:05");
  expect(span(3.2, 3.9)).toBe("3.20–3.90 s");
  expect(span(59, 61)).toBe("59.00 s–1:01.00");
});

it("reads colours, long and short", () => {
  expect(rgb("#cc4794")).toEqual([204, 71, 148]);
  expect(rgb("#fff")).toEqual([255, 255, 255]);
});

it("makes names of files", () => {
  expect(stem("chest.left.wav")).toBe("chest.left");
  expect(stem("a/b:c.wav")).toBe("a-b-c");
  expect(stem(".wav")).toBe("recording");
});

it("has Korean words for everything that the gate finds", () => {
  const gate = JSON.parse(readFileSync(new URL("../../../src/auscult/bundled/gate.json", import.meta.url), "utf8")) as {
    faults: Record<string, { advice: string; serious: boolean }>;
  };
  for (const [name, { advice, serious }] of Object.entries(gate.faults)) {
    const fault = { name, sentence: `${name}: found`, advice, serious };
    expect(en.fault(fault)).toEqual({ sentence: fault.sentence, advice });
    expect(ko.fault(fault).sentence + ko.fault(fault).advice, name).not.toMatch(/[a-z]{6}/);
  }
});

it("says the same things in both languages", () => {
  expect(Object.keys(ko)).toEqual(Object.keys(en));
  const korean = Object.entries(ko).filter(([name, words]) => typeof words === "string" && name !== "title");
  expect(korean.filter(([, words]) => !/[가-힣]/.test(words as string))).toEqual([]);
});

it("writes wav files that say what they are", async () => {
  const bytes = new DataView(await encodeWav(Float32Array.of(0, 1, -1, 2), 4000).arrayBuffer());
  expect(bytes.byteLength).toBe(44 + 8);
  expect(bytes.getUint32(24, true)).toBe(4000);
  expect([44, 46, 48, 50].map((at) => bytes.getInt16(at, true))).toEqual([0, 32767, -32767, 32767]);
});

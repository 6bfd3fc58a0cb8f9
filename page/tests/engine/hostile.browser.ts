/** What is no sound, and models that are no models, in a real browser: an error of one sentence each. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEngine, type EnginePage } from "../browser/chromium";

const BUNDLED = fileURLToPath(new URL("../../../src/auscult/bundled", import.meta.url));
const sentence = /^[A-Z\w].*[^.]\.$/s;
let folder: string;
let engine: EnginePage;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/auscult-hostile-`);
  writeFileSync(`${folder}/text.mp3`, "This is no sound at all. ".repeat(400));
  writeFileSync(`${folder}/zeros.flac`, new Uint8Array(100_000));
  writeFileSync(`${folder}/head.ogg`, "OggS");
  writeFileSync(`${folder}/id3.mp3`, new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f]));
  writeFileSync(`${folder}/short.wav`, "RIFF");
  writeFileSync(`${folder}/one.wav`, silence(1, 44_100));
  writeFileSync(`${folder}/silent.wav`, silence(20_000, 4000));
  for (const name of ["cut", "changed"]) writeFileSync(`${folder}/${name}.json`, readFileSync(`${BUNDLED}/lung.json`));
  writeFileSync(`${folder}/cut.onnx`, readFileSync(`${BUNDLED}/lung.onnx`).subarray(0, 100_000));
  writeFileSync(`${folder}/changed.onnx`, "something else");
  writeFileSync(`${folder}/page.json`, "<!doctype html>");
  engine = await openEngine({ cases: folder, models: folder, whole: BUNDLED });
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ["text.mp3", "no-sound"],
  ["zeros.flac", "no-sound"],
  ["head.ogg", "no-sound"],
  ["id3.mp3", "no-sound"],
  ["short.wav", "no-sound"],
  ["one.wav", "empty"],
])("%s is %s", async (file, code) => {
  const { error } = await engine.page.evaluate(
    (name) => window.analyzeCase({ file: name, model: "../whole/lung" }),
    file,
  );
  expect(error?.code).toBe(code);
  expect(error?.message).toMatch(sentence);
});

it("silence cannot be told", async () => {
  const { analysis } = await engine.page.evaluate(() =>
    window.analyzeCase({ file: "silent.wav", model: "../whole/lung" }),
  );
  expect(analysis).toMatchObject({
    told: false,
    windows: [],
    events: [],
    recording: { label: null, probabilities: null },
  });
  expect(analysis!.reasons[0]!.sentence).toContain("silent");
});

it.each([
  ["cut", "model-broken"],
  ["changed", "model-broken"],
  ["page", "model-broken"],
  ["nowhere", "model-missing"],
])("the model %s is %s", async (model, code) => {
  const { error } = await engine.page.evaluate(
    (name) => window.analyzeCase({ file: "silent.wav", model: name }),
    model,
  );
  expect(error?.code).toBe(code);
  expect(error?.message).toMatch(sentence);
});

/** A wav file of 8 bits in which nothing was recorded. */
function silence(samples: number, rate: number): Uint8Array {
  const bytes = new Uint8Array(44 + samples).fill(128, 44);
  const header = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RIFF____WAVEfmt "));
  header.setUint32(16, 16, true);
  header.setUint32(20, 0x10001, true); // pulse code modulation, one channel
  header.setUint32(24, rate, true);
  header.setUint16(34, 8, true);
  bytes.set(new TextEncoder().encode("data"), 36);
  header.setUint32(40, samples, true);
  return bytes;
}

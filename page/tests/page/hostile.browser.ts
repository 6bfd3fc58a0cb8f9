/** What must not kill the page: one sentence each, and the next sound is answered. */

import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium";
import {
  answerExample,
  enter,
  openSite,
  PATIENCE,
  scratch,
  served,
  visit,
  writeWav,
  type Site,
  type Visit,
} from "./site";

describe.skipIf(!hasChromium)("hostile input", () => {
  let site: Site;
  let now: Visit;

  beforeAll(async () => {
    site = await openSite();
    now = await visit(site);
    await enter(site, now);
  });
  afterAll(() => site?.close());

  const open = async (...paths: string[]): Promise<void> => {
    await now.page.locator("input[type=file]").setInputFiles(paths);
    await now.page.waitForSelector(".messages p, .panel", PATIENCE);
  };
  const said = (): Promise<string[]> => now.page.locator(".messages p > span").allTextContents();

  it("a file that is no sound, and a good one after it", async () => {
    const text = join(scratch(), "letter.wav");
    writeFileSync(text, "Dear patient, this is no sound.");
    await open(text);
    expect(await said()).toEqual([expect.stringMatching(/^letter\.wav.*[^.]\.$|letter\.wav/)]);
    await answerExample(now.page);
    expect(await said()).toEqual([]);
  });

  it("an empty file", async () => {
    const empty = join(scratch(), "nothing.flac");
    writeFileSync(empty, "");
    await reopen();
    await open(empty);
    expect((await said())[0]).toContain("nothing.flac");
  });

  it("silence cannot be told, with what to do", async () => {
    await reopen();
    await now.page.locator("input[type=file]").setInputFiles(await writeWav("silent.wav", 12, 8000, () => 0));
    await now.page.waitForFunction(
      () => document.querySelector("h2")?.textContent === "silent.wav",
      undefined,
      PATIENCE,
    );
    expect(await now.page.textContent(".headline")).toBe("Cannot be told");
    expect(await now.page.textContent(".finding")).toContain("record again");
  });

  it("eight channels are mixed", async () => {
    const one = readFileSync(await writeWav("one.wav", 10, 8000, (time) => 0.1 * Math.sin(2 * Math.PI * 400 * time)));
    const many = join(scratch(), "eight.wav");
    writeFileSync(many, toChannels(one, 8));
    await reopen();
    await now.page.locator("input[type=file]").setInputFiles(many);
    await now.page.waitForFunction(
      () => document.querySelector("h2")?.textContent === "eight.wav",
      undefined,
      PATIENCE,
    );
    expect(await now.page.textContent(".panel header")).toContain("10.0 s");
  });

  it("hours are refused", async () => {
    const long = join(scratch(), "night.wav");
    writeLongWav(long, 4 * 3600, 4000);
    await reopen();
    await open(long);
    await now.page.waitForSelector(".messages p", PATIENCE);
    expect((await said())[0]).toMatch(/night\.wav.*hours/);
  });

  it("a model cut short", async () => {
    const fresh = await visit(site, { serviceWorkers: "block" });
    const model = await served(site, "models/mn-lung.onnx");
    await fresh.page.route("**/models/mn-lung.onnx", (route) => route.fulfill({ body: model.subarray(0, 5000) }));
    await enter(site, fresh);
    await fresh.page.waitForSelector(".messages p", PATIENCE);
    expect(await fresh.page.locator(".messages p").count()).toBe(1);
    expect(await fresh.page.textContent(".messages p")).toContain("model");
    await fresh.page.unroute("**/models/mn-lung.onnx");
    await answerExample(fresh.page); // it is fetched again
    await fresh.context.close();
  });

  it("an error that nobody foresaw", async () => {
    await now.page.evaluate(() => void Promise.reject(new Error("out of the blue")));
    await now.page.waitForFunction(() => document.querySelector(".messages")?.textContent?.includes("went wrong"));
    await reopen();
    await answerExample(now.page);
  });

  const reopen = async (): Promise<void> => {
    await now.page.evaluate(() => {
      document.querySelector(".messages")!.replaceChildren();
      document.querySelector<HTMLDetailsElement>(".start")!.open = true;
    });
  };
});

/** The same samples in so many channels. */
function toChannels(wav: Buffer, channels: number): Buffer {
  const count = (wav.length - 44) / 2;
  const made = Buffer.alloc(44 + 2 * count * channels);
  wav.copy(made, 0, 0, 44);
  made.writeUInt32LE(made.length - 8, 4);
  made.writeUInt16LE(channels, 22);
  made.writeUInt32LE(wav.readUInt32LE(24) * 2 * channels, 28);
  made.writeUInt16LE(2 * channels, 32);
  made.writeUInt32LE(made.length - 44, 40);
  for (let i = 0; i < count; i += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      wav.copy(made, 44 + 2 * (i * channels + channel), 44 + 2 * i, 46 + 2 * i);
    }
  }
  return made;
}

/** A wav file of 8 bits that is all header and hole. */
function writeLongWav(path: string, seconds: number, rate: number): void {
  const header = Buffer.alloc(44);
  header.write("RIFF");
  header.writeUInt32LE(36 + seconds * rate, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36);
  header.writeUInt32LE(seconds * rate, 40);
  const file = openSync(path, "w");
  writeSync(file, header);
  ftruncateSync(file, 44 + seconds * rate);
  closeSync(file);
}

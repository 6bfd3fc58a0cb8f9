/** Recording from a microphone that plays a file, and from none. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium";
import { enter, openSite, PATIENCE, visit, writeWav, type Site, type Visit } from "./site";

const TONE_HZ = 440;

describe.skipIf(!hasChromium)("a microphone", () => {
  let site: Site;
  let now: Visit;

  beforeAll(async () => {
    const heard = await writeWav("heard.wav", 20, 48000, (time) => 0.25 * Math.sin(2 * Math.PI * TONE_HZ * time));
    site = await openSite([
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${heard}`,
      "--use-fake-ui-for-media-stream",
    ]);
    now = await visit(site, { permissions: ["microphone"] });
    await now.page.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        Object.assign(window, { wanted, stream });
        return stream;
      };
    });
    await enter(site, now);
  });
  afterAll(() => site?.close());

  it("is recorded with level and countdown, and answered", async () => {
    const { page } = now;
    await page.getByLabel("Length").selectOption("10");
    await page.getByText("Start recording").click();
    await page.waitForSelector(".countdown:visible", PATIENCE);
    await page.waitForFunction(
      () => Number(document.querySelector(".meter")?.getAttribute("aria-valuenow")) > -30,
      undefined,
      PATIENCE,
    );
    await page.waitForFunction(
      () => document.querySelector(".countdown")?.textContent === "7 s left",
      undefined,
      PATIENCE,
    );
    await page.getByText("Stop and analyse").click();
    await page.waitForSelector(".panel", PATIENCE);
    expect(await page.textContent("h2")).toMatch(/^Recording \d/);
    expect(await page.locator(".panel header").getByText("Save sound (wav)").count()).toBe(1);
  });

  it("is asked for nothing that would change the sound", async () => {
    const wanted = await now.page.evaluate(() => (window as unknown as { wanted: MediaStreamConstraints }).wanted);
    expect(wanted.audio).toMatchObject({ autoGainControl: false, echoCancellation: false, noiseSuppression: false });
    expect(await now.page.textContent(".record")).toContain("are off");
  });

  it("is given back after the recording", async () => {
    const state = await now.page.evaluate(
      () => (window as unknown as { stream: MediaStream }).stream.getTracks()[0]!.readyState,
    );
    expect(state).toBe("ended");
  });

  it("unplugged: what is there is answered, and said", async () => {
    const { page } = now;
    await page.locator(".start > summary").click();
    await page.getByText("Start recording").click();
    await page.waitForFunction(
      () => document.querySelector(".countdown")?.textContent === "7 s left",
      undefined,
      PATIENCE,
    );
    await page.evaluate(() =>
      (window as unknown as { stream: MediaStream }).stream.getTracks()[0]!.dispatchEvent(new Event("ended")),
    );
    await page.waitForFunction(
      () => document.querySelector(".messages")?.textContent?.includes("unplugged"),
      undefined,
      PATIENCE,
    );
    await page.waitForFunction(() => document.querySelectorAll(".chips .chip").length === 2, undefined, PATIENCE);
  });

  it.each([
    ["NotAllowedError", "not allowed"],
    ["NotFoundError", "no microphone"],
    ["NotReadableError", "another program"],
  ])("%s is one sentence", async (name, words) => {
    const fresh = await visit(site);
    await fresh.page.addInitScript((fault) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", fault));
    }, name);
    await enter(site, fresh);
    await fresh.page.getByText("Start recording").click();
    await fresh.page.waitForSelector(".messages p");
    expect(await fresh.page.locator(".messages p").allTextContents()).toEqual([expect.stringContaining(words)]);
    expect(await fresh.page.locator(".record-start").isEnabled()).toBe(true);
    await fresh.context.close();
  });
});

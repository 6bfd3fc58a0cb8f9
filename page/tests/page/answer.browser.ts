/** A sound is dropped; its answer is looked at, listened to, compared and saved; nothing leaves. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium";
import { answerExample, drop, enter, openSite, PATIENCE, served, visit, type Site, type Visit } from "./site";

describe.skipIf(!hasChromium)("a dropped sound", () => {
  let site: Site;
  let now: Visit;

  beforeAll(async () => {
    site = await openSite();
    now = await visit(site);
    await now.page.addInitScript(() => {
      const made: BiquadFilterNode[] = [];
      window.BiquadFilterNode = class extends window.BiquadFilterNode {
        constructor(context: BaseAudioContext, options?: BiquadFilterOptions) {
          super(context, options);
          made.push(this);
        }
      };
      Object.assign(window, { madeFilters: made });
    });
    await enter(site, now);
    await drop(now.page, "chest.wav", await served(site, "examples/lung-wheezes-crackles.wav"));
    await now.page.waitForSelector(".panel", PATIENCE);
  });
  afterAll(() => site?.close());

  it("is answered with a finding, its sureness and events", async () => {
    const { page } = now;
    expect(await page.textContent("h2")).toBe("chest.wav");
    expect(await page.textContent(".headline")).toMatch(/Crackles|Wheezes|Cannot be told/);
    expect(await page.textContent(".finding")).toMatch(/\d+ %/);
    expect(await page.locator(".events tbody tr").count()).toBeGreaterThan(0);
    expect(await page.locator(".region").count()).toBe(await page.locator(".events tbody tr").count());
    expect(await page.textContent("#foot")).toContain("An aid, not a diagnosis");
  });

  it("plays an event from its start to its end when it is clicked", async () => {
    const { page } = now;
    const [start, end] = (await page.locator(".events tbody button").first().textContent())!
      .match(/[\d.]+/g)!
      .map(Number);
    await page
      .locator(".region")
      .first()
      .click({ position: { x: 3, y: 100 } });
    await page.waitForFunction(
      () => document.querySelector(".play")?.textContent?.includes("Pause"),
      undefined,
      PATIENCE,
    );
    await page.waitForFunction(
      () => document.querySelector(".play")?.textContent?.includes("Play"),
      undefined,
      PATIENCE,
    );
    const stopped = await position(now);
    expect(stopped).toBeGreaterThanOrEqual(end! - 0.01);
    expect(stopped).toBeLessThan(end! + 1);
    expect(stopped).toBeGreaterThan(start!);
  });

  it("is heard through the filter that was chosen", async () => {
    const { page } = now;
    await page.getByLabel("Bell", { exact: true }).check();
    const gains = await page.evaluate(() => {
      const { madeFilters } = window as unknown as { madeFilters: BiquadFilterNode[] };
      const hz = Float32Array.of(5, 20, 60, 200, 800);
      const total = new Float32Array(hz.length).fill(1);
      for (const filter of madeFilters.slice(-4)) {
        const gain = new Float32Array(hz.length);
        filter.getFrequencyResponse(hz, gain, new Float32Array(hz.length));
        gain.forEach((factor, i) => (total[i]! *= factor));
      }
      return [...total].map((factor) => 20 * Math.log10(factor));
    });
    expect(gains[0]).toBeLessThan(-40); // 24 dB an octave, two octaves below
    expect(gains[1]).toBeCloseTo(-3, 0);
    expect(gains[2]).toBeCloseTo(0, 0);
    expect(gains[3]).toBeCloseTo(-3, 0);
    expect(gains[4]).toBeLessThan(-40);
  });

  it("is steered by keys: space plays, arrows move, plus zooms", async () => {
    const { page } = now;
    await page.locator(".plot").focus();
    await page.keyboard.press("Space");
    await page.waitForFunction(
      () => document.querySelector(".play")?.textContent?.includes("Pause"),
      undefined,
      PATIENCE,
    );
    await page.keyboard.press("Space");
    await page.waitForFunction(
      () => document.querySelector(".play")?.textContent?.includes("Play"),
      undefined,
      PATIENCE,
    );
    const before = await position(now);
    await page.keyboard.press("ArrowLeft");
    expect(await position(now)).toBeCloseTo(Math.max(0, before - 1), 1);
    expect(await page.isVisible(".move")).toBe(false);
    await page.keyboard.press("+");
    await page.waitForSelector(".move");
    await page.keyboard.press("-");
    await page.waitForSelector(".move", { state: "hidden" });
  });

  it("can be reached by the tabulator from the top to the list of events", async () => {
    const { page } = now;
    await page.locator("#skip").focus();
    const reached = ["Go to the answer"];
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
    }
    const order = ["Go to the answer", "Another sound", "Save answer (json)", "▶"];
    const places = order.map((words) => reached.findIndex((text) => text.startsWith(words)));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  it("saves the json that python's analyze writes, and a picture", async () => {
    const { page } = now;
    const [json] = await Promise.all([page.waitForEvent("download"), page.getByText("Save answer (json)").click()]);
    expect(json.suggestedFilename()).toBe("chest.json");
    const answer = JSON.parse(readFileSync(await json.path(), "utf8")) as Record<string, unknown>;
    expect(answer).toMatchObject({
      format: 1,
      file: "chest.wav",
      organ: "lung",
      disclaimer: expect.stringContaining("An aid"),
    });
    expect(Object.keys(answer)).not.toContain("reasons");
    const [png] = await Promise.all([page.waitForEvent("download"), page.getByText("Save picture (png)").click()]);
    const picture = readFileSync(await png.path());
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1600, 980]);
  });

  it("asks nothing of the network for an answer, and never anything of another host", async () => {
    const { page, asked } = now;
    await page.evaluate(() => navigator.serviceWorker.ready);
    const sound = await served(site, "examples/lung-clear.wav");
    const before = asked.length;
    await drop(page, "second.wav", sound);
    await page.waitForFunction(() => document.querySelector("h2")?.textContent === "second.wav", undefined, PATIENCE);
    expect(asked.slice(before)).toEqual([]);
    expect(asked.filter((address) => !address.startsWith(site.address))).toEqual([]);
  });

  it("stands beside another one", async () => {
    const { page } = now;
    await page.getByLabel("Compare with").selectOption({ label: "chest.wav" });
    expect(await page.locator(".panel h2").allTextContents()).toEqual(["second.wav", "chest.wav"]);
    const [left, right] = await page
      .locator(".panel")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(left).toBe(right);
    await page.locator(".panel").nth(1).getByText("Remove").click();
    expect(await page.locator(".panel h2").allTextContents()).toEqual(["second.wav"]);
  });

  it("is taken for a heart sound when that is chosen", async () => {
    const { page } = now;
    await page.locator(".start > summary").click();
    await page.getByLabel("Heart", { exact: true }).check();
    await answerExample(page);
    await page.locator(".panel header", { hasText: "heart sound" }).waitFor(PATIENCE); // not the former answer
    expect(await page.textContent(".panel header")).toContain("heart sound");
    expect(await page.textContent(".facts")).toMatch(/\d+ a minute/);
    await page.waitForSelector(".effects", PATIENCE); // what the answer rests on comes later than the answer
    expect(await page.locator(".effects tr").count()).toBeGreaterThan(4);
  });

  it("leaves no complaint in the browser's console", () => {
    expect(now.complaints).toEqual([]);
  });
});

/** Where the player stands, in seconds. */
async function position({ page }: Visit): Promise<number> {
  return Number(await page.locator(".position").inputValue());
}

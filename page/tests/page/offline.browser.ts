/** The page is seen at once, can be installed, and works when the network is gone. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium";
import { answerExample, enter, openSite, PATIENCE, visit, type Site, type Visit } from "./site";

describe.skipIf(!hasChromium)("after the first visit", () => {
  let site: Site;
  let now: Visit;

  beforeAll(async () => {
    site = await openSite();
    now = await visit(site);
    await enter(site, now);
  });
  afterAll(() => site?.close());

  it("was seen within a second", async () => {
    const paint = async (): Promise<number> => {
      const fresh = await visit(site, { serviceWorkers: "block" });
      await enter(site, fresh);
      const first = await fresh.page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]!.startTime,
      );
      await fresh.context.close();
      return first;
    };
    const times = [await paint(), await paint(), await paint()];
    expect(Math.min(...times)).toBeLessThan(1000); // the best of three: other work may stand in the way
  });

  it("has a manifest whose icons are there", async () => {
    const manifest = (await (await fetch(`${site.address}manifest.webmanifest`)).json()) as {
      icons: { src: string }[];
    };
    for (const { src } of manifest.icons) expect((await fetch(site.address + src)).status).toBe(200);
  });

  it("answers without a network", async () => {
    const { page } = now;
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, PATIENCE);
    await site.stopServer();
    await page.reload();
    await page.waitForSelector(".zone", PATIENCE);
    await answerExample(page);
    expect(await page.textContent(".headline")).toBeTruthy();
    const other = await page.evaluate(async () => (await (await fetch("models/heart.onnx")).arrayBuffer()).byteLength);
    expect(other).toBeGreaterThan(100_000); // that of the other organ is kept, too
    expect(now.complaints).toEqual([]);
  });
});

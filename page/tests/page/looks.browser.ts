/** How it looks: a narrow phone, dark, Korean; and the pictures of docs/page.md, where AUSCULT_PICTURES is set. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium";
import { answerExample, enter, openSite, PYTHON, visit, type Site } from "./site";

const PICTURES = fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));
const SHRINK =
  "import sys; from PIL import Image; path = sys.argv[1]; Image.open(path).convert('RGB').quantize(160, method=1, dither=0).save(path, optimize=True)";
const PHONE = { width: 360, height: 740 };

describe.skipIf(!hasChromium)("the page", () => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.close());

  it("fits a phone of 360 pixels, in Korean, dark", async () => {
    const { page, context } = await visit(site, {
      locale: "ko-KR",
      viewport: PHONE,
      colorScheme: "dark",
      hasTouch: true,
    });
    await page.goto(site.address);
    await page.waitForSelector(".zone");
    expect(await page.textContent("#foot")).toContain("진단이 아닙니다");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("ko");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await answerExample(page);
    expect(await page.textContent(".headline")).toMatch(/수포음|천명음|판단할 수 없음/);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(17, 22, 27)");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.locator(".card summary").click();
    await page.locator(".start > summary").click();
    await answerExample(page, 1);
    await page.locator(".compare select").selectOption({ index: 1 });
    expect(await page.locator(".panel").count()).toBe(2);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.locator(".compare select").selectOption({ index: 0 });
    await page.locator(".chips .chip").first().click();
    await page.setViewportSize({ ...PHONE, height: 1180 });
    await picture(page, "phone");
    await context.close();
  });

  it("changes its language and remembers it", async () => {
    const { page, context } = await visit(site);
    await enter(site, { page, context, asked: [], complaints: [] });
    await page.getByLabel("Language").selectOption("ko");
    expect(await page.textContent("h1")).toBe("소리를 녹음하거나 여세요");
    await page.reload();
    await page.waitForSelector(".zone");
    expect(await page.textContent("h1")).toBe("소리를 녹음하거나 여세요");
    await context.close();
  });

  it("names everything that can be used, and shows where the focus is", async () => {
    const { page, context } = await visit(site);
    await enter(site, { page, context, asked: [], complaints: [] });
    await answerExample(page);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, select, input:not([type=file]), summary, meter, progress")]
        .filter((one) => one.offsetParent !== null)
        .filter((one) => !(one.textContent?.trim() || one.ariaLabel || (one as HTMLInputElement).labels?.length))
        .map((one) => one.outerHTML),
    );
    expect(nameless).toEqual([]);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe("solid");
    await context.close();
  });

  it.runIf(process.env["AUSCULT_PICTURES"])("is photographed", async () => {
    const light = await visit(site, { viewport: { width: 1120, height: 700 } });
    await enter(site, light);
    await light.page.waitForFunction(() => document.querySelector(".organ > p")?.textContent === "The model is ready.");
    await picture(light.page, "start");
    await light.page.setViewportSize({ width: 1120, height: 1130 });
    await answerExample(light.page);
    await light.page.locator(".plot").click({ position: { x: 480, y: 150 } });
    await light.page.waitForTimeout(300);
    await light.page.keyboard.press("Space");
    await picture(light.page, "answer");
    await light.context.close();

    const dark = await visit(site, { viewport: { width: 1280, height: 1100 }, colorScheme: "dark" });
    await enter(site, dark);
    await dark.page.getByLabel("Heart", { exact: true }).check();
    await answerExample(dark.page);
    await dark.page.waitForSelector(".effects");
    await dark.page.locator(".start > summary").click();
    await answerExample(dark.page, 1);
    await dark.page.locator(".compare select").selectOption({ index: 1 });
    await dark.page.waitForFunction(() => document.querySelectorAll(".effects").length === 2);
    await picture(dark.page, "compare");
    await dark.context.close();
  });
});

/** By how many pixels the page is wider than the screen. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function picture(page: Page, name: string): Promise<void> {
  if (!process.env["AUSCULT_PICTURES"]) return;
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(400);
  const path = `${PICTURES}page-${name}.png`;
  await page.screenshot({ path });
  execFileSync(PYTHON, ["-c", SHRINK, path]);
}

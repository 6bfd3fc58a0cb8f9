/** The real thing for tests: `auscult serve` as a process, and the page in Chromium. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { encodeWav } from "../../src/ui/wav";
import { startChromium } from "../browser/chromium";

const SOURCE = fileURLToPath(new URL("../../../src", import.meta.url));
/** The one that has auscult. */
export const PYTHON = process.env["AUSCULT_PYTHON"] ?? "python3";
const START_SECONDS = 60;

/** Time for an answer on a machine that is busy with other things. */
export const PATIENCE = { timeout: 120_000 };

export interface Site {
  address: string;
  browser: Browser;
  /** Stop the server alone, as when the network is gone. */
  stopServer: () => Promise<void>;
  close: () => Promise<void>;
}

/** Start the server and a browser; `flags` are for the browser. */
export async function openSite(flags: string[] = []): Promise<Site> {
  const server = spawn(PYTHON, ["-m", "auscult.cli.main", "serve", "--port", "0", "--no-open"], {
    env: { ...process.env, PYTHONPATH: SOURCE, PYTHONUNBUFFERED: "1" },
  });
  const address = await addressOf(server);
  const browser = await startChromium(["--autoplay-policy=no-user-gesture-required", ...flags]);
  const stopServer = (): Promise<void> =>
    new Promise((done) => {
      if (server.exitCode !== null || server.signalCode !== null) done();
      else server.once("exit", () => done()).kill();
    });
  const close = async (): Promise<void> => {
    await browser.close();
    await stopServer();
  };
  return { address, browser, stopServer, close };
}

/** A page of its own, with what it asked of the network and what it complained of. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Addresses that were asked for by http. */
  asked: string[];
  complaints: string[];
}

/** Open the page anew, in English unless `options` say otherwise. */
export async function visit(site: Site, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await site.browser.newContext({
    locale: "en-GB",
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const asked: string[] = [];
  const complaints: string[] = [];
  context.on("request", (request) => request.url().startsWith("http") && asked.push(request.url()));
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return { page, context, asked, complaints };
}

/** Go to the page and wait until it can be used. */
export async function enter(site: Site, { page }: Visit): Promise<void> {
  await page.goto(site.address);
  await page.waitForSelector(".zone");
}

/** Have the page answer its own example: the first or another one of the chosen organ. */
export async function answerExample(page: Page, place = 0): Promise<void> {
  const before = await page
    .locator(".panel")
    .getAttribute("aria-label", { timeout: 100 })
    .catch(() => null);
  await page.locator(".examples .chip").nth(place).click();
  await page.waitForFunction(
    (name) => (document.querySelector(".panel")?.getAttribute("aria-label") ?? name) !== name,
    before,
    PATIENCE,
  );
}

/** Let a file fall onto the page. */
export async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    ([called, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], called));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
    },
    [name, bytes.toString("base64")] as const,
  );
}

/** A file that the server gives out, fetched by the test itself. */
export async function served(site: Site, place: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(site.address + place)).arrayBuffer());
}

/** A wav file on disk of what `sample` gives for each moment in seconds. */
export async function writeWav(
  name: string,
  seconds: number,
  rate: number,
  sample: (time: number) => number,
): Promise<string> {
  const samples = Float32Array.from({ length: seconds * rate }, (_, i) => sample(i / rate));
  const path = join(scratch(), name);
  writeFileSync(path, new Uint8Array(await encodeWav(samples, rate).arrayBuffer()));
  return path;
}

/** An empty folder of its own. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "auscult-page-"));
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = "";
    const late = setTimeout(() => failed(new Error(`the server did not start: ${said}`)), 1000 * START_SECONDS);
    const listen = (part: Buffer): void => {
      said += part.toString();
      const address = /http:\S+/.exec(said)?.[0];
      if (address === undefined) return;
      clearTimeout(late);
      found(address);
    };
    server.stdout?.on("data", listen);
    server.stderr?.on("data", (part: Buffer) => (said += part.toString()));
    server.once("exit", () => failed(new Error(`the server stopped: ${said}`)));
  });
}

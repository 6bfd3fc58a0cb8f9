/** Starts Debian's Chromium on the pages of Vite's own server. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { chromium, type Browser, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";

const EXECUTABLE = process.env["AUSCULT_CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const QUIET = ["--disable-component-update", "--disable-sync"];

export const hasChromium = existsSync(EXECUTABLE);

/** A browser; `flags` are added to those that keep it quiet. */
export function startChromium(flags: string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...QUIET, ...flags] });
}

/** A page with the engine, which finds files of some folders under `/NAME/`. */
export interface EnginePage {
  page: Page;
  close(): Promise<void>;
}

/** Open tests/browser/engine.html; `folders`: name → folder whose files it can fetch. */
export async function openEngine(folders: Record<string, string>): Promise<EnginePage> {
  const cacheDir = mkdtempSync(`${tmpdir()}/auscult-vite-`); // of its own: two tests at a time would spoil each other's
  const server: ViteDevServer = await createServer({
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    optimizeDeps: { include: ["onnxruntime-web/wasm"] }, // found late, in the worker, it would make the page load again
    cacheDir,
    logLevel: "error",
  });
  await server.listen();
  const browser = await startChromium();
  const page = await browser.newPage();
  for (const [name, folder] of Object.entries(folders)) {
    await page.route(`**/${name}/*`, (route) => {
      const file = decodeURIComponent(new URL(route.request().url()).pathname.split("/").pop()!);
      return existsSync(`${folder}/${file}`)
        ? route.fulfill({ path: `${folder}/${file}` })
        : route.fulfill({ status: 404 });
    });
  }
  const address = server.httpServer!.address() as { port: number };
  await page.goto(`http://127.0.0.1:${address.port}/tests/browser/engine.html`);
  await page.waitForFunction(() => "analyzeCase" in window);
  return {
    page,
    async close() {
      await browser.close();
      await server.close();
      rmSync(cacheDir, { recursive: true });
    },
  };
}

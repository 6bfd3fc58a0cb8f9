import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./", // any folder of any static host
  resolve: { alias: { bundled: here("../src/auscult/bundled") } }, // limits, advice and rules are Python's own json files
  build: { outDir: here("../src/auscult/page"), emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  worker: { format: "es" },
  server: { fs: { allow: [here("..")] } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});

import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vite.config.ts";

/** Tests that drive a real browser: minutes, not seconds. */
export default mergeConfig(
  { ...base, test: undefined },
  defineConfig({
    test: { include: ["tests/**/*.browser.ts"], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
  }),
);

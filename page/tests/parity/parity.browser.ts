/** The same answer everywhere: the engine in Chromium against `auscult.analyze`, recording by recording. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analysis } from "../../src/engine";
import { openEngine, type EnginePage } from "../browser/chromium";
import type { Outcome } from "../browser/engine";
import { compare, type Differences } from "./compare";

const LARGEST = { probability: 1e-3, time: 1e-6, rate: 0.05, effect: 0.01, attention: 0.01 };
const LARGEST_SECONDS = 2; // for 20 s of sound
const PATIENCE = 1_200_000; // milliseconds: on a machine that is busy with other things
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One line of what is printed, and of the csv that AUSCULT_PARITY_CSV names (benchmarks/page_parity.py). */
type Row = Record<string, string | number>;

interface Case {
  file: string;
  model: string;
  answer: Analysis;
}

let folder: string;
let engine: EnginePage;
let cases: Case[];
const rows: Row[] = [];

beforeAll(async () => {
  folder = process.env["AUSCULT_PARITY_CASES"] ?? makeCases();
  cases = JSON.parse(readFileSync(`${folder}/cases.json`, "utf8")) as Case[];
  engine = await openEngine({ cases: folder, models: here("../../../src/auscult/bundled") });
}, PATIENCE);

afterAll(async () => {
  console.table(rows);
  if (process.env["AUSCULT_PARITY_CSV"]) writeFileSync(process.env["AUSCULT_PARITY_CSV"], toCsv(rows));
  await engine?.close();
  if (folder && !process.env["AUSCULT_PARITY_CASES"]) rmSync(folder, { recursive: true });
});

describe("the engine in Chromium", () => {
  it(
    "answers as Python does",
    async () => {
      const failed: string[] = [];
      for (const one of cases) {
        const outcome = await ask(one);
        const differences = compare(outcome.analysis!, one.answer);
        rows.push(describeRow(one, differences, outcome));
        failed.push(...findFailures(one.file, differences));
      }
      expect(cases.length).toBeGreaterThanOrEqual(process.env["AUSCULT_PARITY_FEW"] ? 3 : 10);
      expect(failed).toEqual([]);
    },
    PATIENCE,
  );

  // other work on the machine would make it fail: AUSCULT_QUIET=1 npm run parity
  it.runIf(process.env["AUSCULT_QUIET"])("answers a recording of 20 s in two seconds", async () => {
    for (const file of ["lung-4k.wav", "heart-4k.wav"]) {
      const one = cases.find((known) => known.file === file)!;
      expect(Math.min((await ask(one)).seconds, (await ask(one)).seconds)).toBeLessThan(LARGEST_SECONDS);
    }
  });
});

function ask({ file, model }: Case): Promise<Outcome> {
  return engine.page.evaluate((one) => window.analyzeCase(one), { file, model });
}

function makeCases(): string {
  const made = mkdtempSync(`${tmpdir()}/auscult-parity-`);
  execFileSync(process.env["AUSCULT_PYTHON"] ?? "python3", [here("make_cases.py"), made], { stdio: "inherit" });
  return made;
}

function findFailures(file: string, differences: Differences): string[] {
  const large = Object.entries(LARGEST).filter(
    ([name, limit]) => !(differences[name as keyof typeof LARGEST] <= limit),
  );
  return [
    ...large.map(([name]) => `${file}: ${name} differs by ${differences[name as keyof Differences]}`),
    ...differences.other.map((text) => `${file}: ${text}`),
  ];
}

function describeRow({ file, model, answer }: Case, differences: Differences, outcome: Outcome): Row {
  const { other, ...numbers } = differences;
  const shown = Object.entries(numbers).map(([name, value]) => [name, value.toExponential(1)]);
  return {
    recording: file,
    model,
    seconds: answer.seconds.toFixed(1),
    windows: answer.windows.length,
    events: answer.events.length,
    ...Object.fromEntries(shown),
    other: other.length,
    answered: outcome.seconds.toFixed(2),
    explained: outcome.allSeconds.toFixed(2),
  };
}

function toCsv(lines: Row[]): string {
  const columns = Object.keys(lines[0] ?? {});
  return [columns, ...lines.map((line) => columns.map((column) => line[column]))]
    .map((cells) => `${cells.join(",")}\n`)
    .join("");
}

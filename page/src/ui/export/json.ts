/** The answer as a file: the json of `auscult analyze --json` (docs/output.md). */

import type { Analysis } from "../../engine";
import { stem } from "../format";
import type { Entry } from "../state";
import { saveFile } from "./save";

const DIGITS = 5;

/** Save the answer. */
export function saveJson(entry: Entry): void {
  saveFile(new Blob([toJson(entry.analysis)], { type: "application/json" }), `${stem(entry.name)}.json`);
}

/** The answer as text, numbers rounded as Python rounds them. */
export function toJson(analysis: Analysis): string {
  const { reasons: _, ...fields } = analysis; // Python's json has them as `told`, `quality` and `sureness` alone
  const round = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toFixed(DIGITS)) : value;
  return `${JSON.stringify(fields, round, 1)}\n`;
}

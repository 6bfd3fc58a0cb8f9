/** Beside the answer: how good the recording is, how fast the breath or the heart goes, and what the model is. */

import type { Analysis } from "../../engine";
import { el } from "../dom";
import type { Entry } from "../state";
import { texts } from "../texts";
import { adviceLine, asSentence } from "./finding";

const SHORT_NAMES: Record<string, string> = { specificity: "Sp", sensitivity: "Se", score: "Score" };

/** Make the section on the recording. */
export function makeRecording(analysis: Analysis): HTMLElement {
  const heart = analysis.organ === "heart";
  const facts: [string, HTMLElement][] = [
    [texts().quality, quality(analysis)],
    [heart ? texts().heartRate : texts().breathing, el("dd", {}, heart ? heartRate(analysis) : breathing(analysis))],
  ];
  return el("section", {}, el("h3", {}, texts().recording), list(facts));
}

/** Make the section on the model, from its card. */
export function makeCard({ card, analysis }: Entry): HTMLElement {
  const number = (name: string): number => Number(card[name] ?? 0);
  const facts: [string, string][] = [
    [texts().cardTitle, plain(card["title"])],
    [texts().cardAnswers, analysis.model.answers.map((name) => texts().finding(name)).join(", ")],
    [texts().cardHears, texts().cardHearsUp(number("rate") / 2, number("window_seconds"))],
    [texts().cardData, plain(card["training_data"])],
    [texts().cardScores, scores(card["scores"])],
    [texts().cardLicence, plain(card["licence"])],
    [texts().cardFile, `sha256 ${plain(card["sha256"]).slice(0, 16)}…`],
  ];
  const told = facts
    .filter(([, fact]) => fact)
    .map(([name, fact]): [string, HTMLElement] => [name, el("dd", {}, fact)]);
  return el("details", { class: "card" }, el("summary", {}, `${texts().card}: ${plain(card["name"])}`), list(told));
}

/** The rate of the breath or the heart in words. */
export function tellRate(analysis: Analysis): string {
  return analysis.organ === "heart" ? heartRate(analysis) : breathing(analysis);
}

function quality(analysis: Analysis): HTMLElement {
  const found = analysis.quality;
  const faults = found?.faults ?? [];
  const [tone, word] =
    found && !found.usable
      ? ["unusable", texts().qualityUnusable]
      : faults.length
        ? ["doubtful", texts().qualityDoubtful]
        : ["good", texts().qualityGood];
  const share = found?.probability;
  const line = el(
    "p",
    {},
    el("strong", { class: tone }, word),
    share === null || share === undefined ? null : ` · ${texts().qualityShare(share)}`,
  );
  const said = faults.map((fault) => fault.sentence);
  const others = analysis.warnings.filter((warning) => !said.includes(warning));
  return el(
    "dd",
    {},
    line,
    ...faults.map((fault) => adviceLine(texts().fault(fault))),
    ...others.map((one) => el("p", { class: "advice" }, asSentence(texts().warning(one)))),
  );
}

function heartRate({ heart_rate }: Analysis): string {
  if (!heart_rate || heart_rate.beats_per_minute === null) return texts().rateUntold;
  return texts().perMinute(heart_rate.beats_per_minute, heart_rate.confidence);
}

function breathing({ breathing: found }: Analysis): string {
  return !found || found.rate === null ? texts().rateUntold : texts().perMinute(found.rate, found.confidence);
}

function list(facts: [string, HTMLElement][]): HTMLElement {
  return el("dl", {}, ...facts.flatMap(([name, fact]) => [el("dt", {}, name), fact]));
}

/** The scores of the last side that the card tells, which is the one that training never saw. */
function scores(value: unknown): string {
  const sides = Object.entries((value ?? {}) as Record<string, Record<string, unknown>>);
  const [side, figures] = sides.at(-1) ?? ["", {}];
  const shown = Object.entries(SHORT_NAMES).filter(([name]) => typeof figures[name] === "number");
  return shown.length
    ? `${side}: ${shown.map(([name, short]) => `${short} ${(figures[name] as number).toFixed(3)}`).join(", ")}`
    : "";
}

function plain(value: unknown): string {
  return Array.isArray(value)
    ? value.map(plain).join(", ")
    : typeof value === "string" || typeof value === "number"
      ? String(value)
      : "";
}

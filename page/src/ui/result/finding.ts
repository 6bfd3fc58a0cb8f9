/** The answer in one glance: the finding and how sure it is, or that it cannot be told, why, and what to do. */

import type { Analysis } from "../../engine";
import { el } from "../dom";
import { clock, percent } from "../format";
import { texts } from "../texts";

/** Why something is not told and what to do, or what is wrong with a recording. */
export interface Advice {
  sentence: string;
  advice: string;
}

/** Make the box with the answer. */
export function makeFinding(analysis: Analysis): HTMLElement {
  const { label } = analysis.recording;
  const words = el("div", {}, el("p", { class: "headline" }, headline(analysis)));
  if (!analysis.told) words.append(...whyUntold(analysis).map((reason) => adviceLine(reason)));
  else words.append(el("p", { class: "sure" }, tellSureness(analysis)), ...counted(analysis));
  const labels = analysis.sureness?.labels;
  if (labels && labels.length > 1)
    words.append(el("p", { class: "faint small" }, texts().notRuledOut(labels.map(texts().finding))));
  const tone = analysis.told ? (label === "normal" ? "normal" : "found") : "untold";
  return el("section", { class: `finding ${tone}`, "aria-label": texts().answer }, words, bars(analysis));
}

/** The finding as a headline, or that it cannot be told. */
export function headline(analysis: Analysis): string {
  const { label } = analysis.recording;
  return analysis.told && label !== null ? texts().finding(label) : texts().untold;
}

/** How sure the answer is, in words and as a number. */
export function tellSureness(analysis: Analysis): string {
  const { sureness, recording } = analysis;
  if (sureness) {
    return texts().sureCalibrated(
      texts().sure(sureness.probability),
      sureness.probability,
      1 - sureness.error,
      sureness.coverage,
    );
  }
  const probability = recording.label === null ? 0 : (recording.probabilities?.[recording.label] ?? 0);
  return texts().sureRaw(texts().sure(probability), probability);
}

/** Why the answer is not told, as `auscult.analysis.reasons` finds it. */
export function whyUntold(analysis: Analysis): Advice[] {
  const serious = (analysis.quality?.faults ?? []).filter((fault) => fault.serious).map(texts().fault);
  if (serious.length) return serious;
  const { label } = analysis.recording;
  if (label === null) return [texts().nothingLeft];
  const { sureness } = analysis;
  return sureness && !sureness.told ? [texts().notSure(label, sureness.probability, sureness.threshold)] : [];
}

/** What is wrong, and what to do about it. */
export function adviceLine({ sentence, advice }: Advice): HTMLElement {
  return el("p", { class: "advice" }, el("strong", {}, asSentence(sentence)), " ", asSentence(advice));
}

/** Words with a capital and a full stop. */
export function asSentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}

function counted(analysis: Analysis): HTMLElement[] {
  if (!analysis.events.length) return [];
  const seconds = analysis.recording.abnormal_seconds;
  const parts = [texts().eventCount(analysis.events.length), seconds ? texts().abnormalSeconds(clock(seconds)) : ""];
  return [el("p", { class: "faint" }, parts.filter(Boolean).join(" · "))];
}

function bars(analysis: Analysis): HTMLElement | null {
  const { probabilities } = analysis.recording;
  if (!probabilities) return null;
  const rows = Object.entries(probabilities).map(([label, probability]) => {
    const bar = el("i", { class: `bar ${label}` });
    bar.style.width = `${100 * probability}%`;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, texts().shortFinding(label)),
      el("td", {}, bar),
      el("td", { class: "number" }, percent(probability)),
    );
  });
  return el(
    "table",
    { class: "bars" },
    el("caption", { class: "unseen" }, texts().probabilities),
    el("tbody", {}, ...rows),
  );
}

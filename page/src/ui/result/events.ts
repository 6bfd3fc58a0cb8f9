/** What was heard when, as a list whose rows play; for a heart, what each pitch adds to the answer. */

import type { Analysis } from "../../engine";
import { button, el } from "../dom";
import { percent, span } from "../format";
import type { Entry } from "../state";
import { texts } from "../texts";

const FIRST = 20;

/** Make the list; `play` is told the start and the end of an event in seconds. */
export function makeEvents({ analysis, explained }: Entry, play: (from: number, end: number) => void): HTMLElement {
  if (analysis.organ === "heart") return makeBands(analysis, explained);
  const section = el("section", { class: "events" }, el("h3", {}, texts().events));
  if (!analysis.events.length) {
    section.append(el("p", {}, analysis.recording.label === null ? texts().nothingTold : texts().noEvents));
    return section;
  }
  const heads = [texts().when, texts().heard, texts().probability, texts().mostlyAt];
  const body = el("tbody", {});
  const add = (from: number, stop?: number): void =>
    body.append(...analysis.events.slice(from, stop).map((event) => row(event, play)));
  add(0, FIRST);
  const head = heads.map((title, place) => el("th", { scope: "col", class: place > 1 ? "number" : null }, title));
  section.append(el("table", {}, el("thead", {}, el("tr", {}, ...head)), body));
  const more = analysis.events.length - FIRST;
  if (more > 0) {
    const rest = button(
      {},
      () => {
        add(FIRST);
        rest.remove();
      },
      texts().moreEvents(more),
    );
    section.append(rest);
  }
  return section;
}

function row(event: Analysis["events"][number], play: (from: number, end: number) => void): HTMLElement {
  const what = texts().kind(event.kind ?? event.label);
  const when = span(event.start, event.end);
  const start = button(
    { class: "link", "aria-label": texts().playFrom(what, when) },
    () => play(event.start, event.end),
    "▶ ",
    when,
  );
  const pitch = event.focus ? `${event.focus.low.toFixed(0)}–${event.focus.high.toFixed(0)} Hz` : "–";
  return el(
    "tr",
    {},
    el("td", {}, start),
    el("td", {}, el("i", { class: `swatch ${event.label}` }), what),
    el("td", { class: "number" }, percent(event.probability)),
    el("td", { class: "number" }, pitch),
  );
}

function makeBands(analysis: Analysis, explained: boolean): HTMLElement {
  const section = el("section", { class: "events" }, el("h3", {}, texts().bands));
  const bands = analysis.occlusion?.bands ?? [];
  if (!bands.length) {
    section.append(el("p", {}, explained ? texts().nothingTold : texts().explaining));
    return section;
  }
  const most = Math.max(0.1, ...bands.map((band) => Math.abs(band.effect)));
  const rows = bands.map((band) => {
    const bar = el("i", { class: band.effect > 0 ? "more" : "less" });
    bar.style.width = `${(50 * Math.abs(band.effect)) / most}%`;
    const name = `${band.low.toFixed(0)}–${band.high.toFixed(0)} Hz`;
    const effect = `${band.effect > 0 ? "+" : "−"}${Math.abs(band.effect).toFixed(2)}`;
    return el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, bar), el("td", { class: "number" }, effect));
  });
  section.append(
    el("table", { class: "effects" }, el("tbody", {}, ...rows)),
    el("p", { class: "faint small" }, texts().bandsNote),
  );
  return section;
}

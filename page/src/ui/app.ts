/** The page as a whole: heading, the sources of a sound, the answers. */

import { choice, el } from "./dom";
import { messagePlaces } from "./messages";
import { makeRecorder } from "./record/recorder";
import { makePanel, type Panel } from "./result/panel";
import { makeChips } from "./result/recordings";
import { makeExamples, makeOpener } from "./source/files";
import { makeOrganChoice } from "./source/organ";
import { onEntries, onExplained, state, type Entry } from "./state";
import { language, languages, setLanguage, texts } from "./texts";

let panels: Panel[] = [];
let drawn = 0;

/** Build the page anew, in the language of now. */
export function drawPage(): void {
  document.documentElement.lang = language();
  document.title = texts().title;
  document.querySelector("#top")!.replaceChildren(...heading());
  document.querySelector("#sources")!.replaceChildren(makeSources());
  document.querySelector("#messages")!.replaceChildren(...messagePlaces());
  document
    .querySelector("#foot")!
    .replaceChildren(el("strong", {}, texts().disclaimer), el("span", {}, ` ${texts().disclaimerMore}`));
  document.querySelector("#skip")!.textContent = texts().skip;
  drawAnswers(false);
}

/** Keep the answers on the page up to date; called once. */
export function followEntries(): void {
  onEntries(() => drawAnswers(true));
  onExplained((entry) => panels.find((panel) => panel.entry === entry)?.explain());
}

function heading(): HTMLElement[] {
  const select = choice({ "aria-label": texts().languageLabel }, languages(), language(), (short) => {
    setLanguage(short);
    drawPage();
  });
  const icon = el("img", { src: "icon.svg", alt: "", width: 32, height: 32 });
  return [el("p", { class: "brand" }, icon, "auscult"), select];
}

function makeSources(): HTMLElement {
  const examples = el("div", {});
  const fill = (): void => examples.replaceChildren(...[makeExamples()].filter((part) => part !== null));
  fill();
  const ways = el("div", { class: "ways" }, makeOpener(), makeRecorder());
  const box = el("div", { class: "sources" }, makeOrganChoice(fill), ways, examples);
  const lead = el("div", { class: "lead" }, el("h1", {}, texts().lead), el("p", { class: "promise" }, texts().promise));
  return el(
    "details",
    { class: "start", open: state.entries.length === 0 },
    el("summary", {}, texts().another),
    lead,
    box,
  );
}

/** Draw what is shown; after a new answer the page goes there. */
function drawAnswers(changed: boolean): void {
  for (const panel of panels) panel.close();
  const shown = state.entries.find((entry) => entry.id === state.shown);
  const beside = state.entries.find((entry) => entry.id === state.beside);
  const made = [shown, beside].filter((entry): entry is Entry => entry !== undefined);
  panels = made.map((entry) => makePanel(entry));
  const grid = el("div", { class: made.length > 1 ? "panels two" : "panels" }, ...panels.map((panel) => panel.element));
  const chips = makeChips();
  const main = document.querySelector("#answers")!;
  main.replaceChildren(...[chips, grid].filter((part) => part !== null));
  document.documentElement.classList.toggle("answered", made.length > 0);
  panels[0]?.use();
  if (!changed) return;
  const start = document.querySelector<HTMLDetailsElement>("#sources > details");
  if (start) start.open = made.length === 0;
  if (state.entries.length > drawn) main.querySelector<HTMLElement>("h2")?.focus();
  drawn = state.entries.length;
}

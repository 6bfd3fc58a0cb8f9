/** Which recordings there are: chips to change between them, and the choice of one to compare with. */

import { button, choice, el } from "../dom";
import { show, showBeside, state, type Entry } from "../state";
import { texts } from "../texts";
import { headline } from "./finding";

/** Make a chip for each recording, and the choice; null where there is nothing to choose from. */
export function makeChips(): HTMLElement | null {
  if (state.entries.length < 2) return null;
  return el("nav", { class: "chips", "aria-label": texts().recordings }, ...state.entries.map(makeChip), makeCompare());
}

function makeChip(entry: Entry): HTMLElement {
  const { told, recording } = entry.analysis;
  const tone = !told ? "untold" : recording.label === "normal" ? "normal" : "found";
  const pressed = entry.id === state.shown || entry.id === state.beside;
  const words = [
    el("i", { class: `swatch ${tone}` }),
    entry.name,
    el("span", { class: "faint" }, headline(entry.analysis)),
  ];
  return button({ class: "chip", "aria-pressed": String(pressed) }, () => show(entry.id), ...words);
}

/** Make the choice of a second recording beside the one that is shown. */
function makeCompare(): HTMLElement {
  const others = state.entries.filter((other) => other.id !== state.shown);
  const options = [["", texts().compareNone] as const, ...others.map(({ id, name }) => [String(id), name] as const)];
  const chosen = choice({}, options, String(state.beside ?? ""), (id) => showBeside(id ? Number(id) : null));
  return el("label", { class: "field compare" }, el("span", {}, texts().compare), chosen);
}

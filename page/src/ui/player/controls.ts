/** The controls around a picture: play, position, filter, speed, volume; zoom and the model's map. */

import { button, choice, el, freshName, segmented } from "../dom";
import { clock } from "../format";
import type { Plot } from "../plot/plot";
import { texts } from "../texts";
import { FILTERS } from "./filters";
import type { Player } from "./player";

const SPEEDS = ["0.25", "0.5", "0.75", "1", "1.5", "2"];
const MAP_STEP = 1.5;
const STRONGEST = 4;

export interface Controls {
  /** What is heard. */
  element: HTMLElement;
  /** Where one is in a recording that is seen in part. */
  move: HTMLElement;
  /** Show time and state as they are now. */
  update: () => void;
}

/** Make the controls of one recording. */
export function makeControls(player: Player, plot: Plot): Controls {
  const sign = el("span", { class: "sign", "aria-hidden": "true" });
  const word = el("span", {});
  const play = button({ class: "play primary" }, () => player.toggle(), sign, word);
  const position = el("input", {
    type: "range",
    class: "position",
    min: 0,
    max: player.seconds,
    step: "any",
    "aria-label": texts().position,
  });
  position.addEventListener("input", () => player.seek(Number(position.value)));
  const now = el("output", { class: "now", "aria-live": "off" });
  const move = el("input", { type: "range", class: "move", min: 0, step: "any", "aria-label": texts().move });
  move.addEventListener("input", () => {
    plot.view.move(Number(move.value));
    plot.zoomed();
  });

  const update = (): void => {
    sign.textContent = player.paused ? "▶" : "❚❚";
    word.textContent = player.paused ? texts().play : texts().pause;
    position.value = String(player.time);
    now.textContent = `${clock(player.time)} / ${clock(player.seconds)}`;
    position.setAttribute("aria-valuetext", now.textContent);
    move.hidden = plot.view.isWhole;
    move.max = String(player.seconds - plot.view.length);
    move.value = String(plot.view.from);
  };

  const first = el("div", { class: "row" }, play, position, now);
  const tools = el("div", { class: "row tools" }, filterChoice(player), speedChoice(player), volume(player));
  return { element: el("div", { class: "controls" }, first, tools), move, update };
}

/** Make the controls of what is seen: the model's map, where there is one, and zoom. */
export function makeLook(player: Player, plot: Plot): HTMLElement {
  return el("div", { class: "row tools look" }, mapButtons(plot), zoomButtons(player, plot));
}

function filterChoice(player: Player): HTMLElement {
  const options = Object.entries(FILTERS).map(
    ([name, edges]) => [name, texts().filters[name] ?? name, edges ? texts().filterBand(...edges) : ""] as const,
  );
  const note = el("span", { class: "faint small band" });
  const chosen = segmented(freshName("filter"), texts().filter, options, "none", (name) => {
    player.setFilter(name);
    const edges = FILTERS[name];
    note.textContent = edges ? texts().filterBand(...edges) : "";
  });
  chosen.title = texts().filterNote;
  chosen.append(note);
  return chosen;
}

function speedChoice(player: Player): HTMLElement {
  const speeds = SPEEDS.map((speed) => [speed, `${speed} ×`] as const);
  return el(
    "label",
    { class: "field" },
    el("span", {}, texts().speed),
    choice({}, speeds, "1", (speed) => player.setSpeed(Number(speed))),
  );
}

function volume(player: Player): HTMLElement {
  const input = el("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1 });
  input.addEventListener("input", () => player.setVolume(Number(input.value)));
  return el("label", { class: "field volume" }, el("span", {}, texts().volume), input);
}

function zoomButtons(player: Player, plot: Plot): HTMLElement {
  const zoom = (factor: number) => () =>
    plot.zoom(factor, player.time >= plot.view.from && player.time <= plot.view.to ? player.time : plot.view.time(0.5));
  return group(texts().zoom, [
    button({ "aria-label": texts().zoomOut, title: texts().zoomOut }, zoom(0.5), "−"),
    button({ "aria-label": texts().zoomIn, title: texts().zoomIn }, zoom(2), "+"),
    button({ "aria-label": texts().zoomAll, title: texts().zoomAll }, zoom(1e-9), "↔"),
  ]);
}

function mapButtons(plot: Plot): HTMLElement | null {
  if (!plot.map) return null;
  const shown = el("output", {});
  const set = (strength: number): void => {
    plot.strength = strength < 0.2 ? 0 : Math.min(STRONGEST, strength);
    shown.textContent = `${Math.round(100 * plot.strength)} %`;
    plot.draw();
  };
  set(1);
  const less = button(
    { "aria-label": texts().mapLess, title: texts().mapLess },
    () => set(plot.strength / MAP_STEP),
    "−",
  );
  const more = button(
    { "aria-label": texts().mapMore, title: texts().mapMore },
    () => set(Math.max(0.2, plot.strength * MAP_STEP)),
    "+",
  );
  return group(texts().map, [less, shown, more]);
}

function group(name: string, parts: HTMLElement[]): HTMLElement {
  return el(
    "div",
    { class: "field", role: "group", "aria-label": name },
    el("span", { "aria-hidden": "true" }, name),
    el("div", { class: "joined" }, ...parts),
  );
}

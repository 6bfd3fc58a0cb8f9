/** One recording with its answer: finding, player, picture, events, facts, and what can be saved. */

import { button, el } from "../dom";
import { saveJson } from "../export/json";
import { savePicture } from "../export/picture";
import { saveFile } from "../export/save";
import { clock, stem } from "../format";
import { say } from "../messages";
import { makeControls, makeLook } from "../player/controls";
import { useKeys, type Keyed } from "../player/keys";
import { Player } from "../player/player";
import { Plot } from "../plot/plot";
import { removeEntry, type Entry } from "../state";
import { texts } from "../texts";
import { encodeWav } from "../wav";
import { makeEvents } from "./events";
import { makeCard, makeRecording } from "./facts";
import { makeFinding } from "./finding";

export interface Panel {
  entry: Entry;
  element: HTMLElement;
  /** Make it the one that keys are for. */
  use: () => void;
  /** Show what has become known of the reasons for the answer. */
  explain: () => void;
  close: () => void;
}

/** Make the panel of a recording. */
export function makePanel(entry: Entry): Panel {
  const { analysis } = entry;
  const player = new Player(entry.samples, entry.rate);
  const plot = new Plot(entry, { play: (from, end) => player.play(from, end), changed: () => update() });
  const controls = makeControls(player, plot);
  const update = (): void => {
    controls.update();
    plot.showTime(player.time, !player.paused);
  };
  player.onChange = update;
  player.onFailure = () => say(texts().notPlayable);

  const keyed: Keyed = {
    toggle: () => player.toggle(),
    move: (seconds) => player.seek(player.time + seconds),
    zoom: (factor) => plot.zoom(factor, player.time),
  };
  const facts = el("div", { class: "facts" }, makeRecording(analysis), makeCard(entry));
  const above = el("div", { class: "above" });
  const columns = el("div", { class: "columns" });
  const explain = (): void => {
    plot.explain();
    above.replaceChildren(legend(plot, entry), makeLook(player, plot));
    columns.replaceChildren(
      makeEvents(entry, (from, end) => player.play(from, end)),
      facts,
    );
  };
  const keys = el("p", { class: "faint small keys" }, texts().keys);
  const heard = el("section", { class: "hear" }, controls.element, above, plot.element, controls.move, keys);
  const parts = [heading(entry), makeFinding(analysis), heard, columns];
  const element = el("article", { class: "panel", "aria-label": entry.name }, ...parts);
  for (const kind of ["pointerdown", "focusin"]) element.addEventListener(kind, () => useKeys(keyed));
  explain();
  update();

  const close = (): void => {
    player.close();
    plot.close();
  };
  return { entry, element, use: () => useKeys(keyed), explain, close };
}

function heading(entry: Entry): HTMLElement {
  const { analysis, name } = entry;
  const facts = `${clock(analysis.seconds)} · ${texts().takenFor(analysis.organ, analysis.model.name)}`;
  const actions = el(
    "div",
    { class: "actions" },
    button({}, () => saveJson(entry), texts().exportJson),
    button({}, () => void savePicture(entry), texts().exportPicture),
    entry.recorded &&
      button({}, () => saveFile(encodeWav(entry.samples, entry.rate), `${stem(name)}.wav`), texts().exportSound),
    button({}, () => removeEntry(entry.id), texts().remove),
  );
  return el(
    "header",
    {},
    el("div", {}, el("h2", { tabindex: -1 }, name), el("p", { class: "faint small" }, facts)),
    actions,
  );
}

function legend(plot: Plot, entry: Entry): HTMLElement {
  const key = (kind: string, words: string): HTMLElement => el("span", {}, el("i", { class: `swatch ${kind}` }), words);
  const parts: HTMLElement[] = [];
  if (plot.map?.signed) parts.push(key("more", texts().mapFor), key("less", texts().mapAgainst));
  else if (plot.map) parts.push(key("map", texts().mapAttention));
  const labels = ["crackle", "wheeze"].filter((label) => entry.analysis.model.answers.includes(label));
  parts.push(
    ...labels.map((label) => key(label, texts().finding(label).toLowerCase())),
    key("shade", texts().abnormalCurve),
  );
  return el("p", { class: "legend small" }, ...parts);
}

/** The choice of what was listened to, and of the model that answers. */

import type { Organ } from "../../engine";
import { choice, el, segmented } from "../dom";
import { sayError } from "../messages";
import { getModel } from "../models";
import { state } from "../state";
import { texts } from "../texts";

/** Make the choice; `changed` is called when another organ was chosen. */
export function makeOrganChoice(changed: () => void): HTMLElement {
  const status = el("p", { class: "faint small", role: "status" });
  const models = el("span", {});
  const title = el("span", { class: "faint small" });
  const fill = (): void => {
    const options = state.models[state.organ].models.map((name) => [name, name] as const);
    const select = choice({ "aria-label": texts().model }, options, state.chosen[state.organ], (name) => {
      state.chosen[state.organ] = name;
      prepare(status, title);
    });
    models.replaceChildren(select);
    prepare(status, title);
  };
  fill();
  const organs = segmented("organ", texts().organ, Object.entries(texts().organs), state.organ, (organ) => {
    state.organ = organ as Organ; // what has the focus stays on the page: only what depends on the organ is drawn anew
    fill();
    changed();
  });
  const model = el("label", { class: "field" }, el("span", {}, texts().model), models, title);
  const more = el("details", { class: "more" }, el("summary", {}, texts().more), model);
  return el("div", { class: "organ" }, organs, more, status);
}

/** Load the chosen model ahead, so that the first answer need not wait for it. */
function prepare(status: HTMLElement, title: HTMLElement): void {
  title.textContent = "";
  getModel(state.chosen[state.organ], (share) => (status.textContent = texts().modelLoading(share)))
    .then(({ model }) => {
      status.textContent = texts().modelReady;
      title.textContent = model.card.title;
    })
    .catch((error: unknown) => {
      status.textContent = "";
      sayError(error);
    });
}

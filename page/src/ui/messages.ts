/** What the page says has gone wrong, one sentence each, and what it is busy with. */

import { SoundError } from "../engine";
import { button, el } from "./dom";
import { texts } from "./texts";

const MOST = 4;
const list = el("div", { class: "messages", role: "alert" });
const busy = el("div", { class: "busy", role: "status", hidden: true });

/** The places where messages and progress appear. */
export function messagePlaces(): HTMLElement[] {
  return [busy, list];
}

/** Say one sentence; it stays until it is closed or several newer ones have come. */
export function say(sentence: string): void {
  if ([...list.children].some((one) => one.firstChild?.textContent === sentence)) return;
  const message = el("p", {}, el("span", {}, sentence));
  message.append(button({ class: "plain", "aria-label": texts().close }, () => message.remove(), "×"));
  list.append(message);
  while (list.children.length > MOST) list.firstElementChild?.remove();
}

/** Take all messages away, because something new begins. */
export function clearMessages(): void {
  list.replaceChildren();
}

/** Say what went wrong with a recording or a model. */
export function sayError(error: unknown, name = ""): void {
  if (error instanceof SoundError) say(texts().problem(error.code, error.message, name));
  else if (error instanceof RangeError)
    say(texts().problem("", texts().memory, name)); // an array that did not fit
  else {
    console.warn(error);
    say(texts().unforeseen);
  }
}

/** Show what is being done and how far it is; null takes it away. */
export function showBusy(what: string | null, share?: number): void {
  busy.hidden = what === null;
  if (what === null) busy.replaceChildren();
  else {
    const [line, bar] = busy.children.length ? [...busy.children] : fillBusy();
    if (line!.textContent !== what) {
      line!.textContent = what;
      bar!.setAttribute("aria-label", what);
    }
    if (share === undefined) bar!.removeAttribute("value");
    else bar!.setAttribute("value", String(share));
  }
}

function fillBusy(): Element[] {
  const parts = [el("p", {}), el("progress", { max: 1 })];
  busy.replaceChildren(...parts);
  return parts;
}

/** The last resort: whatever nobody caught becomes a sentence, and the page goes on. */
export function catchEverything(): void {
  window.addEventListener("error", (event) => {
    if (event.error !== undefined && event.error !== null) sayError(event.error);
  });
  window.addEventListener("unhandledrejection", (event) => sayError(event.reason));
}

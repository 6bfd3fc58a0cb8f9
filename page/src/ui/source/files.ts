/** The part of the page that opens files: chosen, dropped anywhere on the page, or an example. */

import type { Organ } from "../../engine";
import { button, el } from "../dom";
import { say } from "../messages";
import { state } from "../state";
import { texts } from "../texts";
import { answerFile, answerFiles } from "../work";

const KINDS = "audio/*,.wav,.flac,.mp3,.ogg,.oga,.opus,.m4a";

let examples: Record<Organ, Record<string, string>> | null = null;

/** Fetch the list of examples; the page works without. */
export async function listExamples(): Promise<void> {
  try {
    const answer = await fetch("examples.json");
    if (answer.ok) examples = (await answer.json()) as typeof examples;
  } catch {
    examples = null;
  }
}

/** Make the part that opens files. */
export function makeOpener(): HTMLElement {
  const input = el("input", {
    type: "file",
    accept: KINDS,
    multiple: true,
    class: "unseen",
    tabindex: -1,
    "aria-hidden": "true",
  });
  input.addEventListener("change", () => {
    answerFiles([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  });
  const choose = button({ class: "primary" }, () => input.click(), texts().openChoose);
  const zone = el(
    "div",
    { class: "zone" },
    choose,
    input,
    el("p", {}, texts().openDrop),
    el("p", { class: "faint small" }, texts().openKinds),
  );
  return el(
    "section",
    { class: "open", "aria-labelledby": "open-title" },
    el("h3", { id: "open-title" }, texts().open),
    zone,
  );
}

/** Make the line with the examples of the chosen organ. */
export function makeExamples(): HTMLElement | null {
  if (!examples) return null;
  const buttons = Object.entries(examples[state.organ]).map(([name, address]) =>
    button({ class: "chip" }, () => void openExample(name, address), texts().exampleNames[name] ?? name),
  );
  return el(
    "div",
    { class: "examples" },
    el("p", {}, texts().example),
    el("div", { class: "row" }, ...buttons),
    el("p", { class: "faint small" }, texts().exampleNote),
  );
}

/** Take files that are dropped anywhere on the page; called once. */
export function listenToDrops(): void {
  const page = document.documentElement;
  const over = (drag: DragEvent): void => {
    drag.preventDefault();
    page.classList.add("dropping");
  };
  window.addEventListener("dragover", over);
  window.addEventListener("dragleave", (drag) => drag.relatedTarget === null && page.classList.remove("dropping"));
  window.addEventListener("drop", (drop) => {
    drop.preventDefault();
    page.classList.remove("dropping");
    answerFiles([...(drop.dataTransfer?.files ?? [])]);
  });
}

async function openExample(name: string, address: string): Promise<void> {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    answerFile(new File([await answer.blob()], address.split("/").at(-1)!), texts().exampleFile(name));
  } catch {
    say(texts().exampleMissing);
  }
}

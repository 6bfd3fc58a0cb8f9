/** The part of the page that records: microphone, length, level meter, countdown. */

import { button, choice, el } from "../dom";
import { clearMessages, say, sayError } from "../messages";
import { texts } from "../texts";
import { answerSamples } from "../work";
import { listMicrophones, MicrophoneError, Recording, type MicrophoneFault } from "./microphone";

const LENGTHS = [10, 15, 20, 30, 60];
const USUAL = 15;
const SHORTEST = 0.5;
const FLOOR_DB = -60;
const SILENT_DB = -55;
const LOUD_DB = -1;
const METER_FALL_DB = 0.5; // a block of 128 samples; so a peak stays to be seen

let length = USUAL;
let device = "";
let current: Recording | null = null;
/** What is on the page now: it may be drawn anew, in another language, while a recording goes on. */
let view: { show: (recording: boolean) => void; level: (peak: number, seconds: number) => void } | null = null;

/** Make the part that records. */
export function makeRecorder(): HTMLElement {
  const active = makeActive(finish, cancel);
  const start = async (): Promise<void> => {
    idle.busy(true);
    try {
      await begin();
      void idle.refresh(); // now the names of the microphones are known
      active.focus();
    } finally {
      idle.busy(false);
    }
  };
  const idle = makeIdle(() => void start());
  const show = (recording: boolean): void => {
    idle.element.hidden = recording;
    active.element.hidden = !recording;
    active.reset();
  };
  show(current !== null);
  view = { show, level: active.level };
  const title = el("h3", { id: "record-title" }, texts().record);
  return el("section", { class: "record", "aria-labelledby": "record-title" }, title, idle.element, active.element);
}

async function begin(): Promise<void> {
  clearMessages();
  try {
    current = await Recording.start(device, { heard, gone });
    view?.show(true);
  } catch (error) {
    if (error instanceof MicrophoneError) say(faultText(error.fault));
    else sayError(error);
  }
}

function heard(peak: number, seconds: number): void {
  view?.level(peak, seconds);
  if (seconds >= length) finish();
}

function gone(): void {
  finish();
  say(texts().microphoneGone);
}

function finish(): void {
  const recorded = current?.finish();
  current = null;
  view?.show(false);
  if (!recorded) return;
  const when = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (recorded.samples.length < SHORTEST * recorded.rate) say(texts().tooShort);
  else answerSamples(texts().recordingName(when.replaceAll(":", ".")), recorded);
}

function cancel(): void {
  current?.finish();
  current = null;
  view?.show(false);
}

function faultText(fault: MicrophoneFault): string {
  const { microphoneNone, microphoneRefused, microphoneMissing, microphoneBusy } = texts();
  return { none: microphoneNone, refused: microphoneRefused, missing: microphoneMissing, busy: microphoneBusy }[fault];
}

/** What is seen before a recording. */
function makeIdle(begin: () => void): {
  element: HTMLElement;
  refresh: () => Promise<void>;
  busy: (is: boolean) => void;
} {
  const places = el("span", { class: "device" });
  const refresh = async (): Promise<void> => {
    const found = await listMicrophones();
    const options = [["", texts().microphoneDefault] as const, ...found.map(({ id, name }) => [id, name] as const)];
    if (!found.some(({ id }) => id === device)) device = "";
    const select = choice({ "aria-label": texts().microphone }, options, device, (id) => (device = id));
    places.replaceChildren(select);
  };
  void refresh();
  navigator.mediaDevices?.addEventListener("devicechange", () => void refresh());
  const lengths = LENGTHS.map((seconds) => [String(seconds), texts().seconds(seconds)] as const);
  const lengthChoice = choice(
    { "aria-label": texts().length },
    lengths,
    String(length),
    (chosen) => (length = Number(chosen)),
  );
  const go = button(
    { class: "primary record-start" },
    begin,
    el("i", { class: "dot", "aria-hidden": "true" }),
    texts().start,
  );
  const element = el(
    "div",
    {},
    el("div", { class: "row" }, places, lengthChoice),
    go,
    el("p", { class: "faint small" }, texts().raw),
  );
  return { element, refresh, busy: (is) => (go.disabled = is) };
}

/** What is seen while it records. */
function makeActive(
  stop: () => void,
  cancel: () => void,
): {
  element: HTMLElement;
  reset: () => void;
  focus: () => void;
  level: (peak: number, seconds: number) => void;
} {
  const left = el("p", { class: "countdown", role: "timer" });
  const bar = el("i", {});
  const meter = el(
    "div",
    { class: "meter", role: "meter", "aria-label": texts().level, "aria-valuemin": FLOOR_DB, "aria-valuemax": 0 },
    bar,
  );
  const word = el("p", { class: "small", role: "status" });
  const finish = button({ class: "primary" }, stop, texts().stop);
  const element = el(
    "div",
    { class: "active" },
    left,
    meter,
    word,
    el("div", { class: "row" }, finish, button({}, cancel, texts().cancel)),
  );
  let shown = FLOOR_DB;
  let loudest = FLOOR_DB;
  const level = (peak: number, seconds: number): void => {
    const decibels = Math.max(FLOOR_DB, 20 * Math.log10(peak + 1e-9));
    shown = Math.max(decibels, shown - METER_FALL_DB);
    loudest = Math.max(loudest - 0.01, decibels);
    const rest = texts().left(Math.max(0, Math.ceil(length - seconds)));
    if (left.textContent !== rest) left.textContent = rest;
    bar.style.width = `${100 * (1 - shown / FLOOR_DB)}%`;
    meter.setAttribute("aria-valuenow", shown.toFixed(0));
    const said =
      loudest >= LOUD_DB
        ? texts().levelLoud
        : loudest < SILENT_DB && seconds > 1
          ? texts().levelSilent
          : texts().levelGood;
    meter.classList.toggle("loud", loudest >= LOUD_DB);
    if (word.textContent !== said) word.textContent = said;
  };
  const reset = (): void => {
    shown = loudest = FLOOR_DB;
    left.textContent = texts().left(length);
    word.textContent = "";
  };
  return { element, reset, focus: () => finish.focus(), level };
}

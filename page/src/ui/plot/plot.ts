/** The picture of one recording: waveform, spectrogram with the model's map, events, probabilities, and a cursor. */

import { button, el } from "../dom";
import { clock, span } from "../format";
import type { Entry } from "../state";
import { texts } from "../texts";
import { loudestOf, paintCurves, paintSpectrogram, paintWave } from "./paint";
import { mapOf, momentsOf, type Overlay } from "./overlay";
import { Spectrogram } from "./spectrogram";
import { themeOf } from "./theme";
import { pitchTicks, timeTicks, View } from "./view";

const MOST_COLUMNS = 1600;
const TICK_PIXELS = 80;
const WHEEL_STEP = 1.25;

/** What the plot asks of the one who holds it. Seconds. */
export interface PlotActions {
  play: (from: number, end?: number) => void;
  changed: () => void;
}

export class Plot {
  readonly view: View;
  readonly element: HTMLElement;
  map: Overlay | null = null;
  readonly highest: number;
  strength = 1;
  private readonly wave = el("canvas", { class: "wave", "aria-hidden": "true" });
  private readonly sound = el("canvas", { class: "spectrogram", "aria-hidden": "true" });
  private readonly curves = el("canvas", { class: "curves", "aria-hidden": "true" });
  private readonly regions = el("div", { class: "regions" });
  private readonly times = el("div", { class: "times", "aria-hidden": "true" });
  private readonly cursor = el("i", { class: "cursor" });
  private readonly tracks: HTMLElement;
  private readonly spectrogram: Spectrogram;
  private readonly loudest: number;
  private moments: ReturnType<typeof momentsOf> = null;
  private readonly resized = new ResizeObserver(() => this.draw());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly recolour = (): void => this.draw();
  private shades: { key: string; values: Float32Array } | null = null;
  private drawing = false;

  constructor(
    private readonly entry: Entry,
    private readonly actions: PlotActions,
  ) {
    const { samples, rate } = entry;
    this.view = new View(samples.length / rate);
    this.highest = Math.min(entry.highest, rate / 2);
    this.spectrogram = new Spectrogram(samples, rate, this.highest);
    this.loudest = loudestOf(samples);
    const pictures = el("div", { class: "pictures" }, this.wave, this.sound, this.regions);
    this.tracks = el("div", { class: "tracks" }, pictures, this.curves, this.times, this.cursor);
    this.element = el(
      "div",
      { class: "plot", tabindex: 0, role: "group", "aria-label": texts().plot(entry.name) },
      this.pitches(),
      this.tracks,
    );
    this.listen();
    this.explain();
  }

  /** Lay over the picture what the entry's analysis has come to tell of the reasons for its answer. */
  explain(): void {
    this.map = mapOf(this.entry.analysis);
    this.moments = momentsOf(this.entry.analysis);
    this.draw();
  }

  /** Draw what is seen; several wishes within a frame are one. */
  draw(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      if (this.tracks.clientWidth > 0) this.paint();
    });
  }

  /** Put the cursor at a moment; while it plays, the picture turns its pages. Seconds. */
  showTime(time: number, playing: boolean): void {
    if (playing && this.view.follow(time)) this.zoomed();
    const share = this.view.at(time);
    this.cursor.hidden = share < 0 || share > 1;
    this.cursor.style.left = `${100 * share}%`;
  }

  /** Show a stretch `factor` times shorter around a moment. */
  zoom(factor: number, around: number): void {
    this.view.zoom(factor, around);
    this.zoomed();
  }

  /** Show what the view says, which somebody has changed. */
  zoomed(): void {
    this.draw();
    this.actions.changed();
  }

  close(): void {
    this.resized.disconnect();
    this.scheme.removeEventListener("change", this.recolour);
  }

  private listen(): void {
    this.resized.observe(this.tracks);
    this.scheme.addEventListener("change", this.recolour);
    this.tracks.addEventListener("click", (click) => {
      if (!(click.target as Element).closest("button")) this.actions.play(this.view.time(this.share(click)));
    });
    const wheel = (turn: WheelEvent): void => {
      if (turn.ctrlKey) this.zoom(turn.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP, this.view.time(this.share(turn)));
      else if (turn.deltaX !== 0 && !this.view.isWhole) {
        this.view.move(this.view.from + (turn.deltaX / this.tracks.clientWidth) * this.view.length);
        this.zoomed();
      } else return;
      turn.preventDefault();
    };
    this.tracks.addEventListener("wheel", wheel, { passive: false });
  }

  private share(at: MouseEvent): number {
    const box = this.tracks.getBoundingClientRect();
    return Math.max(0, Math.min(1, (at.clientX - box.left) / box.width));
  }

  private paint(): void {
    const theme = themeOf(this.element);
    const { view, map, moments, strength, highest, loudest } = this;
    const sound = fit(this.sound);
    const key = [view.from, view.to, sound.canvas.width, sound.canvas.height].join();
    if (this.shades?.key !== key) {
      this.shades = {
        key,
        values: this.spectrogram.shade(view.from, view.to, sound.canvas.width, sound.canvas.height),
      };
    }
    paintSpectrogram(sound, this.shades.values, { view, theme, map, strength, highest });
    paintWave(fit(this.wave), this.entry.samples, { view, theme, moments, strength, loudest });
    paintCurves(fit(this.curves), this.entry.analysis, view, theme);
    this.placeRegions();
    this.placeTimes();
  }

  private placeRegions(): void {
    const { view, entry } = this;
    const seen = entry.analysis.events.filter((event) => event.end > view.from && event.start < view.to);
    const boxes = seen.map((event) => {
      const what = texts().kind(event.kind ?? event.label);
      const name = texts().playFrom(what, span(event.start, event.end));
      const play = (): void => this.actions.play(event.start, event.end);
      // in the list of events they are reached by keyboard: twice would be once too often
      const box = button({ class: `region ${event.label}`, tabindex: -1, title: name, "aria-label": name }, play);
      const left = Math.max(0, view.at(event.start));
      box.style.left = `${100 * left}%`;
      box.style.width = `${100 * (Math.min(1, view.at(event.end)) - left)}%`;
      return box;
    });
    this.regions.replaceChildren(...boxes);
  }

  private placeTimes(): void {
    const { view } = this;
    const most = Math.max(2, this.tracks.clientWidth / TICK_PIXELS);
    const ticks = timeTicks(view.from, view.to, most).map((time) => {
      const tick = el("span", {}, clock(time, view.length < 2 ? 2 : view.length < 12 ? 1 : 0));
      const share = view.at(time);
      tick.style.left = `${100 * share}%`;
      if (share < 0.03) tick.className = "first";
      if (share > 0.96) tick.className = "last";
      return tick;
    });
    this.times.replaceChildren(...ticks);
  }

  private pitches(): HTMLElement {
    const ticks = pitchTicks(this.highest);
    const made = ticks.map((hz, place) => {
      const tick = el("span", {}, place === ticks.length - 1 ? `${hz} Hz` : String(hz));
      tick.style.bottom = `${(100 * hz) / this.highest}%`;
      return tick;
    });
    return el("div", { class: "pitches", "aria-hidden": "true" }, ...made);
  }
}

/** Give a canvas as many pixels as the screen has for it. */
function fit(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const width = Math.max(1, Math.min(MOST_COLUMNS, Math.round(canvas.clientWidth * devicePixelRatio)));
  const height = Math.max(1, Math.round(canvas.clientHeight * Math.min(2, devicePixelRatio)));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return canvas.getContext("2d")!;
}

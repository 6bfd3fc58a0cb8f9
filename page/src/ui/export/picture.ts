/** The answer as a picture: finding, spectrogram with the map, events, probabilities; always on white. */

import { clock, percent, stem } from "../format";
import { loudestOf, paintCurves, paintSpectrogram, paintWave } from "../plot/paint";
import { mapOf, momentsOf } from "../plot/overlay";
import { Spectrogram } from "../plot/spectrogram";
import { rgb, type Theme } from "../plot/theme";
import { pitchTicks, timeTicks, View } from "../plot/view";
import { asSentence, headline, tellSureness, whyUntold } from "../result/finding";
import { tellRate } from "../result/facts";
import type { Entry } from "../state";
import { texts } from "../texts";
import { saveFile } from "./save";

const WIDTH = 1600;
const LEFT = 90;
const RIGHT = 40;
const WAVE = { top: 190, height: 110 };
const SOUND = { top: 305, height: 420 };
const LANES = { top: 732, height: 16 };
const CURVES = { top: 776, height: 110 };
const HEIGHT = 980;
const FONT = "system-ui, sans-serif";
const PAPER: Theme = {
  ground: [255, 255, 255],
  ink: [20, 26, 36],
  faint: "#5b6775",
  line: "#d8dee6",
  wave: "#1f2933",
  map: rgb("#cc4794"),
  more: rgb("#c53030"),
  less: rgb("#2b6cb0"),
  labels: { crackle: "#c25400", wheeze: "#0072b2" },
};

/** Draw the picture and save it as png. */
export async function savePicture(entry: Entry): Promise<void> {
  const canvas = drawPicture(entry);
  const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (png) saveFile(png, `${stem(entry.name)}.png`);
}

/** Draw the whole recording, 1600 by 980 pixels. */
export function drawPicture(entry: Entry): HTMLCanvasElement {
  const { samples, rate, analysis } = entry;
  const view = new View(samples.length / rate);
  const highest = Math.min(entry.highest, rate / 2);
  const canvas = sheet(WIDTH, HEIGHT);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const common = { view, theme: PAPER, strength: 1 };
  const width = WIDTH - LEFT - RIGHT;
  layer(context, width, WAVE, (part) =>
    paintWave(part, samples, { ...common, moments: momentsOf(analysis), loudest: loudestOf(samples) }),
  );
  layer(context, width, SOUND, (part) => {
    const shades = new Spectrogram(samples, rate, highest).shade(0, view.seconds, width, SOUND.height);
    paintSpectrogram(part, shades, { ...common, map: mapOf(analysis), highest });
  });
  layer(context, width, CURVES, (part) => paintCurves(part, analysis, view, PAPER));
  drawEvents(context, entry, view, width);
  drawAxes(context, view, highest, width);
  drawWords(context, entry);
  return canvas;
}

function drawEvents(context: CanvasRenderingContext2D, { analysis }: Entry, view: View, width: number): void {
  for (const event of analysis.events) {
    const x = LEFT + view.at(event.start) * width;
    context.fillStyle = PAPER.labels[event.label] ?? PAPER.faint;
    context.fillRect(
      x,
      LANES.top + (event.label === "wheeze" ? LANES.height + 2 : 0),
      Math.max(2, view.at(event.end) * width + LEFT - x),
      LANES.height,
    );
  }
}

function drawAxes(context: CanvasRenderingContext2D, view: View, highest: number, width: number): void {
  write(context, "right");
  for (const hz of pitchTicks(highest)) {
    context.fillText(`${hz} Hz`, LEFT - 10, SOUND.top + SOUND.height * (1 - hz / highest));
  }
  write(context, "center");
  for (const time of timeTicks(0, view.seconds, 12)) {
    context.fillText(
      clock(time, view.seconds < 2 ? 1 : 0),
      LEFT + view.at(time) * width,
      CURVES.top + CURVES.height + 22,
    );
  }
}

function drawWords(context: CanvasRenderingContext2D, { analysis, name }: Entry): void {
  const width = WIDTH - LEFT - RIGHT;
  write(context, "left", 22);
  context.fillText(
    `${name} · ${clock(analysis.seconds)} · ${texts().takenFor(analysis.organ, analysis.model.name)}`,
    LEFT,
    42,
    width,
  );
  write(context, "left", 40, "#1f2933", "600 ");
  context.fillText(headline(analysis), LEFT, 96, width);
  write(context, "left", 20, "#1f2933");
  const why = whyUntold(analysis).map(({ sentence, advice }) => `${asSentence(sentence)} ${asSentence(advice)}`);
  context.fillText(analysis.told ? tellSureness(analysis) : why.join(" "), LEFT, 138, width);
  const shares = Object.entries(analysis.recording.probabilities ?? {}).map(
    ([label, share]) => `${texts().finding(label)} ${percent(share)}`,
  );
  const rate = `${analysis.organ === "heart" ? texts().heartRate : texts().breathing}: ${tellRate(analysis)}`;
  write(context, "left", 18);
  context.fillText([...shares, rate].join("   ·   "), LEFT, 168, width);
  write(context, "left", 18, "#1f2933", "600 ");
  context.fillText(`${texts().disclaimer} ${texts().disclaimerMore}`, LEFT, HEIGHT - 28, width);
}

function write(
  context: CanvasRenderingContext2D,
  align: CanvasTextAlign,
  size = 16,
  colour = PAPER.faint,
  weight = "",
): void {
  context.font = `${weight}${size}px ${FONT}`;
  context.fillStyle = colour;
  context.textAlign = align;
  context.textBaseline = "middle";
}

function layer(
  context: CanvasRenderingContext2D,
  width: number,
  { top, height }: { top: number; height: number },
  paint: (part: CanvasRenderingContext2D) => void,
): void {
  const part = sheet(width, height);
  paint(part.getContext("2d")!);
  context.drawImage(part, LEFT, top);
}

function sheet(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

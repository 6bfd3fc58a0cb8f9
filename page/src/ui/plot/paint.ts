/** Drawing on a canvas: spectrogram with its map, waveform, probabilities. All take the stretch that is seen. */

import type { Analysis } from "../../engine";
import type { Overlay } from "./overlay";
import type { Rgb, Theme } from "./theme";
import type { View } from "./view";

const MOST_OPAQUE = 0.75;
const WAVE_FILL = 0.92;
const MOST_LOOKED_AT = 64; // samples a column of a long recording

/** Colour shades, (rows, columns), and what lies over them; `strength` 0: no map. */
export function paintSpectrogram(
  context: CanvasRenderingContext2D,
  shades: Float32Array,
  {
    view,
    theme,
    map,
    strength,
    highest,
  }: { view: View; theme: Theme; map: Overlay | null; strength: number; highest: number },
): void {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  for (let row = 0; row < height; row += 1) {
    const laidAt = map && strength > 0 ? map.row((1 - (row + 0.5) / height) * highest) : null;
    for (let column = 0; column < width; column += 1) {
      const shade = shades[row * width + column]!;
      const laid = laidAt ? laidAt(view.time((column + 0.5) / width)) * strength : 0;
      const over = laid === 0 ? null : mapColour(laid, theme, map!.signed);
      const opacity = Math.min(1, Math.abs(laid)) * MOST_OPAQUE;
      const at = 4 * (row * width + column);
      for (let part = 0; part < 3; part += 1) {
        const plain = theme.ground[part]! + (theme.ink[part]! - theme.ground[part]!) * shade;
        image.data[at + part] = over ? plain + (over[part]! - plain) * opacity : plain;
      }
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/** Draw the outline of the samples, over the colour of what each moment does to the answer. */
export function paintWave(
  context: CanvasRenderingContext2D,
  samples: Float32Array,
  {
    view,
    theme,
    moments,
    strength,
    loudest,
  }: { view: View; theme: Theme; moments: ((time: number) => number) | null; strength: number; loudest: number },
): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  const perSecond = samples.length / view.seconds;
  const middle = height / 2;
  for (let column = 0; column < width; column += 1) {
    if (moments && strength > 0) {
      const effect = moments(view.time((column + 0.5) / width)) * strength;
      const [red, green, blue] = effect > 0 ? theme.more : theme.less;
      context.fillStyle = `rgba(${red},${green},${blue},${Math.min(1, Math.abs(effect)) * MOST_OPAQUE})`;
      context.fillRect(column, 0, 1, height);
    }
    const [low, high] = extremes(
      samples,
      view.time(column / width) * perSecond,
      view.time((column + 1) / width) * perSecond,
    );
    const scale = (middle * WAVE_FILL) / loudest;
    const top = middle - Math.min(high * scale, middle);
    const bottom = middle - Math.max(low * scale, -middle);
    context.fillStyle = theme.wave;
    context.fillRect(column, top, 1, Math.max(1, bottom - top));
  }
}

/** Draw how probable abnormal is along time, as an area, and each label as a line. */
export function paintCurves(context: CanvasRenderingContext2D, analysis: Analysis, view: View, theme: Theme): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  context.strokeStyle = theme.line;
  context.strokeRect(0, height / 2, width, 0);
  const labels: Record<string, (answers: Record<string, number>) => number> = {
    "": (answers) => 1 - (answers["normal"] ?? 1),
  };
  for (const label of ["crackle", "wheeze"]) {
    if (analysis.model.answers.includes(label))
      labels[label] = (answers) => (answers[label] ?? 0) + (answers["both"] ?? 0);
  }
  for (const [label, value] of Object.entries(labels)) {
    const heights = curve(analysis, view, width, value);
    context.beginPath();
    heights.forEach((share, x) =>
      x ? context.lineTo(x, height * (1 - share)) : context.moveTo(x, height * (1 - share)),
    );
    if (label) {
      context.strokeStyle = theme.labels[label] ?? theme.faint;
      context.lineWidth = Math.max(1.5, height / 45);
      context.stroke();
    } else {
      context.lineTo(width, height);
      context.lineTo(0, height);
      context.globalAlpha = 0.22;
      context.fillStyle = theme.faint;
      context.fill();
      context.globalAlpha = 1;
    }
  }
}

/** The loudest of the samples, which fills the height of a waveform; at least next to nothing. */
export function loudestOf(samples: Float32Array): number {
  const step = Math.max(1, Math.floor(samples.length / 200_000));
  let loudest = 1e-6;
  for (let i = 0; i < samples.length; i += step) loudest = Math.max(loudest, Math.abs(samples[i]!));
  return loudest;
}

/** Mean over the windows that hold each column's moment; 0 where there is none, that is, in silence. */
function curve(
  analysis: Analysis,
  view: View,
  columns: number,
  value: (answers: Record<string, number>) => number,
): number[] {
  const { windows } = analysis;
  let first = 0;
  return Array.from({ length: columns }, (_, column) => {
    const time = view.time((column + 0.5) / columns);
    while (first < windows.length && windows[first]!.end <= time) first += 1; // ends are in order, as starts are
    let sum = 0;
    let count = 0;
    for (let i = first; i < windows.length && windows[i]!.start <= time; i += 1) {
      sum += value(windows[i]!.probabilities);
      count += 1;
    }
    return count ? sum / count : 0;
  });
}

function extremes(samples: Float32Array, from: number, to: number): [low: number, high: number] {
  const first = Math.max(0, Math.floor(from));
  const stop = Math.min(samples.length, Math.max(first + 1, Math.ceil(to)));
  const step = Math.max(1, Math.floor((stop - first) / MOST_LOOKED_AT));
  let low = 0;
  let high = 0;
  for (let i = first; i < stop; i += step) {
    low = Math.min(low, samples[i]!);
    high = Math.max(high, samples[i]!);
  }
  return [low, high];
}

function mapColour(laid: number, theme: Theme, signed: boolean): Rgb {
  if (!signed) return theme.map;
  return laid > 0 ? theme.more : theme.less;
}

/** The spectrogram of whatever stretch is seen, made anew for it: as sharp as the screen at any zoom. */

import { powerSpectrum } from "../../engine/math/fft";

const WINDOW_SECONDS = 0.064; // wheezes are lines, crackles are still short
const FLOOR = 1e-12;
const MOST_FRAMES = 3; // of which a column is the mean, where a column is longer than a frame
const COARSE = 240;
const QUIET_SHARE = 0.4;
const LOUD_SHARE = 0.999;

/** Shades of a recording, from 0 (quiet) to 1 (loud), on one scale for all stretches. */
export class Spectrogram {
  private readonly length: number;
  private readonly taper: Float64Array;
  private readonly frame: Float64Array;
  private readonly bins: number;
  private readonly quiet: number;
  private readonly loud: number;

  /**
   * @param samples Mono, at `rate` Hz.
   * @param highest Upper edge in Hz.
   */
  constructor(
    private readonly samples: Float32Array,
    private readonly rate: number,
    readonly highest: number,
  ) {
    this.length = 2 ** Math.max(4, Math.round(Math.log2(WINDOW_SECONDS * rate)));
    this.taper = Float64Array.from(
      { length: this.length },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / this.length),
    );
    this.frame = new Float64Array(this.length);
    this.bins = Math.min(this.length / 2, Math.ceil((highest * this.length) / rate)) + 1;
    const levels = this.decibels(0, samples.length / rate, COARSE)
      .slice()
      .sort();
    this.quiet = levels[Math.floor(QUIET_SHARE * (levels.length - 1))] ?? -120;
    this.loud = Math.max(levels[Math.floor(LOUD_SHARE * (levels.length - 1))] ?? 0, this.quiet + 1);
  }

  /**
   * Shade a stretch.
   *
   * @returns (rows, columns), the first row on top, the highest pitch.
   */
  shade(from: number, to: number, columns: number, rows: number): Float32Array {
    const decibels = this.decibels(from, to, columns);
    const shades = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row += 1) {
      const place = ((1 - (row + 0.5) / rows) * this.highest * this.length) / this.rate;
      const low = Math.min(Math.floor(place), this.bins - 1);
      const high = Math.min(low + 1, this.bins - 1);
      const share = Math.min(place - low, 1);
      for (let column = 0; column < columns; column += 1) {
        const at = column * this.bins;
        const level = decibels[at + low]! * (1 - share) + decibels[at + high]! * share;
        shades[row * columns + column] = Math.max(0, Math.min(1, (level - this.quiet) / (this.loud - this.quiet)));
      }
    }
    return shades;
  }

  /** Power in dB, (columns, bins). */
  private decibels(from: number, to: number, columns: number): Float32Array {
    const found = new Float32Array(columns * this.bins);
    const width = ((to - from) * this.rate) / columns; // samples a column
    const frames = Math.max(1, Math.min(MOST_FRAMES, Math.round(width / this.length)));
    for (let column = 0; column < columns; column += 1) {
      const power = new Float64Array(this.bins);
      for (let i = 0; i < frames; i += 1) {
        const spectrum = this.powerAt(from * this.rate + (column + (i + 0.5) / frames) * width);
        for (let bin = 0; bin < this.bins; bin += 1) power[bin]! += spectrum[bin]! / frames;
      }
      for (let bin = 0; bin < this.bins; bin += 1)
        found[column * this.bins + bin] = 10 * Math.log10(power[bin]! + FLOOR);
    }
    return found;
  }

  /** Power spectrum of the frame around a sample; there are zeros before the start and behind the end. */
  private powerAt(centre: number): Float64Array {
    const first = Math.round(centre) - this.length / 2;
    for (let i = 0; i < this.length; i += 1) this.frame[i] = (this.samples[first + i] ?? 0) * this.taper[i]!;
    return powerSpectrum(this.frame);
  }
}

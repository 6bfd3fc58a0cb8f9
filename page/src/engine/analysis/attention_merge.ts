/** The windows' attention maps → maps over the whole recording (auscult.analysis.attention_merge). */

import { clamp, roundEven } from "../math/numbers";
import type { AttentionMap } from "./attention";
import type { Card } from "./card";
import { frameCount } from "./timeline";
import type { Window } from "./windows";

/** Of a map; the frames of a longer recording are put together, the highest value of each group kept. */
const MOST_FRAMES = 20_000;

/** Attention over a whole recording: the map, and its sum over all bands in each of the model's frames. */
export interface Merged {
  map: AttentionMap;
  profile: Float32Array;
}

/** Averages the maps of overlapping windows, each multiplied by its weight; several kinds of weights side by side. */
export class AttentionMerger {
  private readonly bands: number;
  private readonly pool: number;
  private readonly kinds: string[] = [];
  private readonly maps: Float32Array[] = []; // by kind, (bands, pooled frames)
  private readonly profiles: Float32Array[] = []; // by kind, (frames,)
  private sums: Float32Array[] = []; // of the frames that a later window can reach: (kinds, bands) each
  private counts: number[] = [];
  private done = 0; // frames that no later window can reach
  private frames: number;
  private even = 1; // cells of a window's map, which adds up to 1

  /** For a recording of so many seconds. */
  constructor(
    private readonly card: Card,
    seconds: number,
  ) {
    this.frames = frameCount(seconds, card.facts.frame_seconds);
    this.bands = card.facts.band_hz.length;
    this.pool = Math.max(1, Math.ceil(this.frames / MOST_FRAMES));
  }

  /** Take the next windows of the recording, and by kind their weights, (windows,); the kinds are always the same. */
  feed(windows: Window[], weights: Record<string, number[]>): void {
    for (const [number, window] of windows.entries()) {
      if (!window.attention) return;
      const frames = window.attention.length / this.bands;
      if (!this.kinds.length) this.start(Object.keys(weights), frames);
      const first = this.firstFrame(window, frames);
      this.finish(first);
      this.reach(first + frames);
      const given = this.kinds.map((kind) => Math.fround(weights[kind]![number]!));
      for (let frame = 0; frame < frames; frame++)
        this.add(first - this.done + frame, window.attention, frame, frames, given);
    }
  }

  /** By kind, once all windows were fed; empty where there are no maps. */
  result(): Record<string, Merged> {
    if (!this.kinds.length) return {};
    this.reach(this.frames);
    this.finish(this.frames);
    const { frame_seconds, band_hz } = this.card.facts;
    const grid = {
      frames: Math.ceil(this.frames / this.pool),
      frameSeconds: this.pool * frame_seconds,
      bandHz: band_hz,
    };
    const found = this.kinds.map((kind, i) => [
      kind,
      { map: { ...grid, values: this.maps[i]! }, profile: this.profiles[i]! },
    ]);
    return Object.fromEntries(found) as Record<string, Merged>;
  }

  private start(kinds: string[], frames: number): void {
    this.even = this.bands * frames;
    this.frames = Math.max(this.frames, frames);
    for (const kind of kinds) {
      this.kinds.push(kind);
      this.maps.push(new Float32Array(this.bands * Math.ceil(this.frames / this.pool)));
      this.profiles.push(new Float32Array(this.frames));
    }
  }

  /** Add one frame of a window's map, of `frames` frames, to the sums at a place. */
  private add(place: number, attention: Float32Array, frame: number, frames: number, weights: number[]): void {
    const sums = this.sums[place]!;
    for (let kind = 0; kind < weights.length; kind++) {
      if (weights[kind] === 0) continue;
      for (let band = 0; band < this.bands; band++) {
        sums[kind * this.bands + band]! += weights[kind]! * attention[band * frames + frame]!;
      }
    }
    this.counts[place]! += 1;
  }

  /** Hold sums up to a frame. */
  private reach(stop: number): void {
    while (this.done + this.sums.length < stop) {
      this.sums.push(new Float32Array(this.kinds.length * this.bands));
      this.counts.push(0);
    }
  }

  /** Put away the means of all frames before one. */
  private finish(stop: number): void {
    this.reach(stop);
    for (let i = 0; this.done + i < stop; i++)
      this.put(this.done + i, this.sums[i]!, this.even / Math.max(this.counts[i]!, 1));
    const ready = Math.max(0, stop - this.done);
    this.sums = this.sums.slice(ready);
    this.counts = this.counts.slice(ready);
    this.done += ready;
  }

  private put(frame: number, sums: Float32Array, scale: number): void {
    const column = Math.floor(frame / this.pool);
    const columns = Math.ceil(this.frames / this.pool);
    this.kinds.forEach((_, kind) => {
      for (let band = 0; band < this.bands; band++) {
        const value = sums[kind * this.bands + band]! * scale;
        this.profiles[kind]![frame]! += value;
        const at = band * columns + column;
        this.maps[kind]![at] = Math.max(this.maps[kind]![at]!, value);
      }
    });
  }

  /** The frame in which a window's map begins; the frames of a window lie symmetrically inside it. */
  private firstFrame(window: Window, frames: number): number {
    const step = this.card.facts.frame_seconds;
    const margin = (window.end - window.start - frames * step) / 2;
    return clamp(roundEven((window.start + margin) / step), 0, this.frames - frames);
  }
}

/** Plays one recording: from anywhere, at any speed, through a filter. */

import { encodeWav } from "../wav";
import { makeFilter } from "./filters";

const FULL = 0.9;
const MOST_GAIN = 100;
const PEAK_STEPS = 200_000;

let playing: Player | null = null;

/** One at a time is heard: starting a player stops the one before. */
export class Player {
  /** Told whenever time, state or settings change. */
  onChange: () => void = () => {};
  /** Told once when the browser cannot play the sound. */
  onFailure: () => void = () => {};
  readonly seconds: number;
  private readonly audio = new Audio();
  private readonly address: string;
  private readonly gain: number;
  private context: AudioContext | null = null;
  private source: MediaElementAudioSourceNode | null = null;
  private output: GainNode | null = null;
  private filter: AudioNode[] = [];
  private filterName = "none";
  private loudness = 1;
  private until: number | null = null;
  private following = false;

  /** @param samples Mono, in [-1, 1], at `rate` Hz. */
  constructor(samples: Float32Array, rate: number) {
    this.seconds = samples.length / rate;
    this.gain = Math.min(FULL / Math.max(peak(samples), 1e-6), MOST_GAIN); // heart and lung sounds are often very quiet
    this.address = URL.createObjectURL(encodeWav(samples, rate));
    this.audio.preload = "auto";
    this.audio.src = this.address;
    this.audio.preservesPitch = true;
    this.audio.addEventListener("error", () => this.onFailure());
    for (const kind of ["play", "pause", "seeked", "ended"]) this.audio.addEventListener(kind, () => this.follow());
  }

  get paused(): boolean {
    return this.audio.paused;
  }

  /** Seconds from the start. */
  get time(): number {
    return this.audio.currentTime;
  }

  /** Play from a moment on, or from where it stands; with `end` only up to there. Seconds. */
  play(from?: number, end?: number): void {
    if (playing !== this) playing?.pause();
    playing = this;
    this.connect();
    void this.context?.resume();
    if (from !== undefined) this.audio.currentTime = Math.min(from, this.seconds);
    else if (this.time >= this.seconds - 0.05) this.audio.currentTime = 0;
    this.until = end ?? null;
    this.audio.play().catch(() => this.onChange()); // another play or a pause came in between
  }

  pause(): void {
    this.audio.pause();
  }

  toggle(): void {
    if (this.paused) this.play();
    else this.pause();
  }

  /** Move to a moment, without starting. Seconds. */
  seek(time: number): void {
    this.until = null;
    this.audio.currentTime = Math.max(0, Math.min(time, this.seconds));
    this.onChange();
  }

  /** @param rate 1: as it was recorded; the pitch stays. */
  setSpeed(rate: number): void {
    this.audio.playbackRate = rate;
  }

  /** @param share 0: nothing, 1: brought to full scale. */
  setVolume(share: number): void {
    this.loudness = share;
    if (this.output) this.output.gain.value = this.gain * share;
  }

  /** @param name One of `FILTERS`. */
  setFilter(name: string): void {
    this.filterName = name;
    if (this.context) this.route();
  }

  /** Stop, and give back what the browser holds for it. */
  close(): void {
    this.pause();
    if (playing === this) playing = null;
    this.audio.removeAttribute("src");
    this.audio.load();
    URL.revokeObjectURL(this.address);
    void this.context?.close();
    this.onChange = () => {};
  }

  /** Make the graph at the first play: browsers want a gesture before they make a sound. */
  private connect(): void {
    if (this.context) return;
    this.context = new AudioContext();
    this.source = this.context.createMediaElementSource(this.audio);
    this.output = new GainNode(this.context, { gain: this.gain * this.loudness });
    this.output.connect(this.context.destination);
    this.route();
  }

  private route(): void {
    const { context, source, output } = this;
    if (!context || !source || !output) return;
    for (const node of [source, ...this.filter]) node.disconnect();
    const chain = makeFilter(context, this.filterName);
    this.filter = chain;
    source.connect(chain[0] ?? output);
    chain.at(-1)?.connect(output);
  }

  private follow(): void {
    this.onChange();
    if (this.audio.paused || this.following) return;
    if (this.until !== null && this.time >= this.until) this.pause();
    this.following = true; // one chain of frames, however many things happened
    requestAnimationFrame(() => {
      this.following = false;
      this.follow();
    });
  }
}

/** The loudest sample, of very long recordings the loudest of many. */
function peak(samples: Float32Array): number {
  const step = Math.max(1, Math.floor(samples.length / PEAK_STEPS));
  let loudest = 0;
  for (let i = 0; i < samples.length; i += step) loudest = Math.max(loudest, Math.abs(samples[i]!));
  return loudest;
}

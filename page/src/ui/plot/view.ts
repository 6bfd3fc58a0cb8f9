/** Which stretch of a recording is seen. */

const SHORTEST = 0.25;

/** From when to when, within a recording of `seconds`. */
export class View {
  from = 0;
  to: number;

  constructor(readonly seconds: number) {
    this.to = seconds;
  }

  get length(): number {
    return this.to - this.from;
  }

  get isWhole(): boolean {
    return this.length >= this.seconds - 1e-9;
  }

  /** Share of the width at which a moment lies; outside 0 to 1 it is not seen. */
  at(time: number): number {
    return (time - this.from) / this.length;
  }

  /** The moment at a share of the width. */
  time(share: number): number {
    return this.from + share * this.length;
  }

  /** See a stretch that is `factor` times shorter, around a moment. */
  zoom(factor: number, around: number): void {
    const length = Math.min(this.seconds, Math.max(Math.min(SHORTEST, this.seconds), this.length / factor));
    const share = Math.min(1, Math.max(0, this.at(around)));
    this.move(around - share * length, length);
  }

  /** See as much, from another moment on. */
  move(from: number, length = this.length): void {
    this.from = Math.max(0, Math.min(from, this.seconds - length));
    this.to = this.from + length;
  }

  /** Turn the page where a moment is not seen; true where it had to. */
  follow(time: number): boolean {
    if (time >= this.from && time <= this.to) return false;
    this.move(time - 0.05 * this.length);
    return true;
  }
}

const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/** Round moments along a view, no more than `most` of them. Seconds. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS.at(-1)!;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

/** Round pitches from 0 to below `highest`, Hz. */
export function pitchTicks(highest: number): number[] {
  const step = [50, 100, 200, 250, 500, 1000, 2000, 5000].find((one) => highest / one <= 4.5) ?? 10000;
  return Array.from({ length: Math.ceil((0.95 * highest) / step) }, (_, i) => i * step);
}

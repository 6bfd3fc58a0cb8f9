/** Mains hum: a steady line at 50 or 60 Hz and its multiples (auscult.signal.quality.hum). */

import { argmax, highest, median, quantile, sum } from "../../math/numbers";
import type { Figures } from "./figures";
import { TINY, type Spectrum } from "./spectra";

const MAINS = [50, 60];
const HARMONICS = 6;
const LINE = 2; // Hz to each side that a line of the 1 s spectrum is wide
const NEIGHBOURS = [4, 12] as const; // Hz to each side, where there is no line

/** A line's power, and what would be there without it. */
interface Line {
  power: number;
  around: number;
}

/** How far the highest line stands above its neighbourhood, dB, and the share of the power that the lines hold. */
export function humFigures({ power, hz }: Spectrum): Figures {
  const steady = hz.map((_, bin) =>
    quantile(
      power.map((frame) => frame[bin]!),
      0.25,
    ),
  );
  const total = sum(steady.filter((_, bin) => hz[bin]! >= 30)) + TINY;
  const found = MAINS.map((mains) => findLines(steady, hz, mains));
  const shares = found.map((lines) => sum(lines.map((line) => Math.max(line.power - line.around, 0))) / total);
  const worse = found[argmax(shares)]!;
  return {
    hum_db: 10 * Math.log10(highest(worse.map((line) => line.power / line.around))),
    hum_share: highest(shares),
  };
}

function findLines(power: Float64Array, hz: Float64Array, mains: number): Line[] {
  const lines: Line[] = [];
  for (let number = 1; number <= HARMONICS; number++) {
    const line = mains * number;
    if (line + NEIGHBOURS[1] > hz.at(-1)!) continue;
    const distance = hz.map((value) => Math.abs(value - line));
    const within = power.filter((_, bin) => distance[bin]! <= LINE);
    const near = power.filter((_, bin) => distance[bin]! >= NEIGHBOURS[0] && distance[bin]! <= NEIGHBOURS[1]);
    lines.push({ power: sum(within) + TINY, around: median(near) * within.length + TINY });
  }
  return lines;
}

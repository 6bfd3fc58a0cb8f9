/** From evidence for beginnings to whole breathing cycles: the best chain, by dynamic programming (auscult.signal.breath.cycles). */

import rules from "bundled/breathing.json";
import { highest, mean, median } from "../../math/numbers";
import type { Rhythm } from "./period";

const APART = 3; // frames: of beginnings closer to each other the likelier one counts
const REGULAR = 0.25; // of the median length

/** What speaks for the cycles that were found; see Python's `Support`. */
export interface Support {
  height: number;
  evidence: number;
  regularity: number;
}

/** Best chain that ends at a candidate: its value, the candidate before, and whether a new chain begins here. */
interface Link {
  value: number;
  before: number;
  starts: boolean;
}

/**
 * Choose the beginnings that together are the likeliest. Each adds its evidence and a bonus; each cycle takes away by how much its
 * length strays from the period; a gap without cycles costs a constant.
 *
 * @returns frames where cycles meet: chains of at least two, in order
 */
export function chainCycles({ evidence, periods }: Rhythm, secondsAFrame: number): number[][] {
  const frames = findCandidates(evidence);
  const links: Link[] = [];
  let best = -1;
  let first = 0;
  for (const [here, frame] of frames.entries()) {
    while ((frame - frames[first]!) * secondsAFrame > rules.period.longest) first++;
    let link: Link = { value: (links[best]?.value ?? 0) - rules.cycle.restart, before: best, starts: true };
    for (let other = first; other < here; other++) {
      const seconds = (frame - frames[other]!) * secondsAFrame;
      if (seconds < rules.period.shortest) break;
      const value = links[other]!.value - costOf(seconds, periods[frame]!);
      if (value > link.value) link = { value, before: other, starts: false };
    }
    link.value += evidence[frame]! + rules.cycle.bonus;
    links.push(link);
    if (link.value > (links[best]?.value ?? 0)) best = here;
  }
  return trace(frames, links, best);
}

/** Take out cycles in which the loudness (frames,) hardly changes, next to the others: in an apnoea noise is all there is. */
export function dropShallow(chains: number[][], loudness: Float64Array): number[][] {
  const spans = chains.flatMap((chain) => chain.slice(1).map((last, i): [number, number] => [chain[i]!, last]));
  const depths = spans.map(([first, last]) => {
    const inside = loudness.subarray(first, last);
    return highest(inside) + highest(inside.map((value) => -value));
  });
  const least = rules.cycle.shallow * median(depths);
  const kept: number[][] = [];
  spans.forEach(([first, last], i) => {
    if (depths[i]! < least) return;
    const before = kept.at(-1);
    if (before?.at(-1) === first) before.push(last);
    else kept.push([first, last]);
  });
  return kept;
}

/** What speaks for the chains, of which there is at least one; evidence and heights are of frames. */
export function measureSupport(chains: number[][], { evidence, heights }: Rhythm): Support {
  const frames = chains.flat();
  const lengths = chains.flatMap((chain) => chain.slice(1).map((frame, i) => frame - chain[i]!));
  return {
    height: median(frames.map((frame) => heights[frame]!)),
    evidence: mean(frames.map((frame) => evidence[frame]!)),
    regularity: keepRegular(lengths).length / lengths.length,
  };
}

/** The lengths that are within a quarter of the median's. */
export function keepRegular(lengths: number[]): number[] {
  const usual = median(lengths);
  return lengths.filter((length) => Math.abs(length / usual - 1) <= REGULAR);
}

function costOf(seconds: number, period: number): number {
  return Math.min(Math.log(seconds / period) ** 2 / (2 * rules.cycle.spread ** 2), rules.cycle.worst);
}

/** Frames with more evidence than their neighbours, and enough of it. */
function findCandidates(evidence: Float64Array): number[] {
  const found: number[] = [];
  evidence.forEach((value, frame) => {
    const before = evidence.subarray(Math.max(0, frame - APART), frame);
    const after = evidence.subarray(frame + 1, frame + 1 + APART);
    if (value > rules.cycle.least && before.every((one) => one < value) && after.every((one) => one <= value))
      found.push(frame);
  });
  return found;
}

/** Follow the best chains back from their end. */
function trace(frames: number[], links: Link[], last: number): number[][] {
  const chains: number[][] = [[]];
  while (last >= 0) {
    chains.at(-1)!.unshift(frames[last]!);
    if (links[last]!.starts) chains.push([]);
    last = links[last]!.before;
  }
  return chains.reverse().filter((chain) => chain.length >= 2);
}

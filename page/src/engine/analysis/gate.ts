/** The quality gate: whether a recording is good enough to be answered, what is wrong with it, what to do (auscult.analysis.gate). */

import rules from "bundled/gate.json";
import { quantile } from "../math/numbers";
import type { Measures } from "../signal/quality/meter";
import type { Level } from "../signal/quality/level";
import type { Fault, Organ, Quality } from "../types";
import { qualityModel, qualityProbability } from "./quality_model";
import { fixed, percent } from "./words";

type FaultName = keyof typeof rules.faults;
type Limits = (typeof rules.limits)[Organ];
type Found = [name: FaultName, what: string];

/** What else the gate is told. */
export interface Circumstances {
  /** Confidence in the breathing or the heart rate, 0 to 1; null where it was not looked for. */
  rhythmConfidence: number | null;
  /** Whether a constant offset counts; false where a filter takes it away. */
  offset: boolean;
}

/** Find the faults of a recording; limits, advice and which faults are serious come from bundled/gate.json. */
export function judge(measures: Measures, organ: Organ, { rhythmConfidence, offset }: Circumstances): Quality {
  const limits = rules.limits[organ];
  const found = [...levelFaults(measures.level, limits, offset)];
  let probability: number | null = null;
  if (measures.level.silent < 1) {
    const model = qualityModel(organ);
    probability = model && qualityProbability(model, measures.figures);
    if (model && probability !== null && probability < model.doubt) found.push(sayPoor(probability, model.limit));
    found.push(...soundFaults(measures, limits));
    if (rhythmConfidence !== null && rhythmConfidence < limits.rhythm_confidence) found.push(sayNoRhythm(organ));
  }
  const faults = found.map(([name, what]): Fault => ({ name, sentence: `${name}: ${what}`, ...rules.faults[name] }));
  return { usable: !faults.some((fault) => fault.serious), faults, probability };
}

function sayPoor(probability: number, limit: number): Found {
  return [
    probability < limit ? "poor" : "doubtful",
    `by its sound only ${percent(probability)} likely to be good enough`,
  ];
}

function sayNoRhythm(organ: Organ): Found {
  return organ === "heart" ? ["no heart beat", "no regular beat was found"] : ["no breathing", "no breath was found"];
}

/** What its level tells: nothing else is said of silence. */
function* levelFaults(level: Level, limits: Limits, offset: boolean): Generator<Found> {
  if (level.silent === 1) yield ["silent", "nothing was recorded"];
  if (level.seconds < limits.shortest_seconds) {
    yield ["very short", `${fixed(level.seconds, 2)} s, less than a breath or two heartbeats`];
  }
  if (level.silent === 1) return;
  if (level.silent > limits.silent_share)
    yield ["partly silent", `nothing was recorded in ${percent(level.silent)} of it`];
  else if (level.gapSeconds >= limits.gap_seconds - 0.05) {
    yield ["interrupted", `nothing was recorded for ${fixed(level.gapSeconds, 1)} s`]; // 0.05: half a frame
  }
  if (level.levelDb < limits.lowest_level_db) yield ["very quiet", `${fixed(-level.levelDb, 0)} dB below full scale`];
  if (level.clipped > limits.clipped_share) yield ["clipped", `${percent(level.clipped, 1)} of it is at full scale`];
  if (level.values < limits.fewest_values && level.seconds >= limits.shortest_seconds) {
    yield ["coarse", `it has only ${level.values} different values`];
  }
  if (offset && Math.abs(level.offset) > limits.offset) {
    yield ["shifted", `a constant offset of ${level.offset > 0 ? "+" : ""}${fixed(level.offset, 2)}`];
  }
}

/** What its spectrum and its loud moments tell. */
function* soundFaults({ figures, secondPeaksDb, cliff }: Measures, limits: Limits): Generator<Found> {
  if (!secondPeaksDb.length) return;
  const [humDb, humShare, speechShare] = [figures["hum_db"]!, figures["hum_share"]!, figures["speech_share"]!];
  if (humDb >= limits.hum_db && humShare >= limits.hum_share)
    yield ["hum", `${percent(humShare)} of its power is mains hum`];
  if (speechShare >= limits.speech_share) yield ["speech", `${percent(speechShare)} of it is like a voice`];
  const loud = quantile(secondPeaksDb, 0.25) + limits.burst_db;
  const bursts = secondPeaksDb.filter((peak) => peak >= loud).length;
  if (bursts >= limits.bursts && bursts >= limits.burst_share * secondPeaksDb.length) {
    yield ["rubbing", `${bursts} of ${secondPeaksDb.length} seconds have a burst, as when something rubs or knocks`];
  }
  if (cliff.db >= limits.cliff_db && cliff.hz < limits.heard_hz) {
    yield ["band-limited", `there is nothing above ${fixed(cliff.hz, 0)} Hz, as from a phone call`];
  }
}

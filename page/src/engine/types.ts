/** What the engine gives back: the json of docs/output.md, and the card of a model (auscult.analysis.card). */

export type Organ = "lung" | "heart";

/** Probability by class. */
export type Probabilities = Record<string, number>;

export interface Focus {
  start: number;
  end: number;
  low: number;
  high: number;
}

export interface Event {
  start: number;
  end: number;
  label: string;
  probability: number;
  focus: Focus | null;
  kind: string | null;
}

export interface WindowAnswer {
  start: number;
  end: number;
  label: string;
  probabilities: Probabilities;
}

export interface RecordingAnswer {
  label: string | null;
  probabilities: Probabilities | null;
  abnormal_seconds: number | null;
  kinds: Probabilities;
}

export interface Fault {
  name: string;
  sentence: string;
  advice: string;
  serious: boolean;
}

export interface Quality {
  usable: boolean;
  faults: Fault[];
  probability: number | null;
}

export interface Sureness {
  told: boolean;
  probability: number;
  threshold: number;
  coverage: number;
  error: number;
  labels: string[] | null;
}

/** Why an answer is not told, and what to do. */
export interface Reason {
  sentence: string;
  advice: string;
}

export interface CycleAnswer {
  start: number;
  end: number;
  crackle: boolean;
  wheeze: boolean;
  probabilities: Probabilities;
}

export interface BreathingAnswer {
  rate: number | null;
  confidence: number;
  cycles: CycleAnswer[];
}

export interface AttentionAnswer {
  frame_seconds: number;
  band_hz: number[];
  peak: number;
  /** (bands, frames), whole numbers from 0 to 255, of which 255 is the peak. */
  values: number[][];
}

export interface HeartRateAnswer {
  beats_per_minute: number | null;
  confidence: number;
}

export interface Stretch {
  start: number;
  end: number;
  effect: number;
}

export interface Band {
  low: number;
  high: number;
  effect: number;
}

export interface Occlusion {
  stretches: Stretch[];
  bands: Band[];
}

/** The answer to one recording: the json of docs/output.md, numbers not rounded. */
export interface Analysis {
  auscult: { version: string };
  format: number;
  /** Filled by the caller. */
  file: string;
  model: { name: string; title: string; task: string; classes: string[]; sha256: string; answers: string[] };
  organ: Organ;
  seconds: number;
  warnings: string[];
  quality: Quality | null;
  told: boolean;
  /** Why the answer is not told; empty where it is. Not part of Python's json. */
  reasons: Reason[];
  recording: RecordingAnswer;
  sureness: Sureness | null;
  windows: WindowAnswer[];
  events: Event[];
  breathing: BreathingAnswer | null;
  attention: AttentionAnswer | null;
  heart_rate: HeartRateAnswer | null;
  occlusion: Occlusion | null;
  disclaimer: string;
}

/** What is done to the samples before a model hears them (auscult.signal.preprocess). */
export interface Preprocess {
  band: [number, number] | null;
  order: number;
  wavelet: string | null;
  shortest_seconds: number | null;
  fade: boolean;
  level: "common" | "loud" | "recorded";
}

/** How the answers of overlapping windows become events. */
export interface Merging {
  keep: number;
  attended: number;
  smooth_seconds: number;
  gap_seconds: number;
  shortest_seconds: number;
  least: number;
}

/** How answers to whole recordings are calibrated, and from which probability they are told. */
export interface CardSureness {
  temperature: number;
  normal_bias: number;
  threshold: number;
  coverage: number;
  error: number;
  set_level: number;
  set_limit: number;
}

/** Facts about a trained model: the json beside its onnx file, with what it leaves out filled in. */
export interface CardFacts {
  format: number;
  name: string;
  title: string;
  organ: Organ;
  task: string;
  classes: string[];
  coarse: Record<string, string> | null;
  rate: number;
  preprocess: Preprocess;
  window_seconds: number;
  step_seconds: number;
  context_seconds: number;
  frame_seconds: number;
  band_hz: number[];
  pooling: "top" | "mean";
  normal_offset: number;
  thresholds: Record<string, number>;
  merging: Merging;
  sureness: CardSureness | null;
  sha256: string;
}

/** What the page says in English; the other languages have the same shape. */

import type { Fault } from "../../engine";
import { percent } from "../format";

const FINDINGS: Record<string, string> = {
  normal: "Normal",
  crackle: "Crackles",
  wheeze: "Wheezes",
  both: "Crackles and wheezes",
  abnormal: "Abnormal",
};
const LABELS: Record<string, string> = {
  "wheezes-crackles": "Wheezes and crackles",
  clear: "Clear",
  murmur: "Murmur",
};

export const en = {
  language: "English",
  title: "auscult: lung and heart sounds",
  skip: "Go to the answer",
  lead: "Record or open a sound",
  promise: "Nothing leaves this device: the models run in this page, and no recording is sent anywhere.",
  disclaimer: "An aid, not a diagnosis.",
  disclaimerMore: "auscult is no medical device, and a clinician has to listen.",
  languageLabel: "Language",
  another: "Another sound",

  organ: "What was listened to?",
  organs: { lung: "Lung", heart: "Heart" } as Record<string, string>,
  more: "More",
  model: "Model",
  modelLoading: (share: number) => `Loading the model: ${percent(share)}`,
  modelReady: "The model is ready.",

  open: "Open files",
  openChoose: "Choose files",
  openDrop: "or drop them here",
  openKinds: "wav, flac, mp3, ogg or m4a, up to 3 hours",
  example: "No recording at hand? Try a synthetic one:",
  exampleNote: "Examples are made by a program (auscult synth); no patient was recorded.",
  exampleNames: LABELS,
  exampleFile: (name: string) => `Example: ${(LABELS[name] ?? name).toLowerCase()} (synthetic)`,

  record: "Record",
  microphone: "Microphone",
  microphoneDefault: "Default microphone",
  length: "Length",
  seconds: (count: number) => `${count} seconds`,
  start: "Start recording",
  stop: "Stop and analyse",
  cancel: "Cancel",
  left: (seconds: number) => `${seconds} s left`,
  level: "Level",
  levelSilent: "Nothing is heard: check the microphone.",
  levelLoud: "Too loud: lower the gain or press more lightly.",
  levelGood: "The level is good.",
  raw: "Gain control, echo cancellation and noise suppression are off: they are made for voices and would remove crackles and breathing.",
  recordingName: (when: string) => `Recording ${when}`,
  tooShort: "The recording was stopped at once and holds no sound: record at least 10 seconds.",

  recordings: "Recordings",
  working: (name: string) => `Analysing ${name}`,
  reading: (name: string) => `Reading ${name}`,
  compare: "Compare with",
  compareNone: "nothing",
  remove: "Remove",
  close: "Close",
  takenFor: (organ: string, model: string) => `${organ === "heart" ? "heart" : "lung"} sound · model ${model}`,

  answer: "Answer",
  finding: (label: string) => FINDINGS[label] ?? label.replaceAll("_", " "),
  /** The same where there is little room. */
  shortFinding: (label: string) => (label === "both" ? "Both" : (FINDINGS[label] ?? label)),
  untold: "Cannot be told",
  nothingLeft: {
    sentence: "Nothing is left that the model could hear",
    advice: "record again: hold still, press lightly, in a quiet room",
  },
  notSure: (label: string, probability: number, threshold: number) => ({
    sentence: `Not sure enough: ${(FINDINGS[label] ?? label).toLowerCase()} with ${percent(probability)}, told from ${percent(threshold)} on`,
    advice: "listen to it, or record again at the same place and at others",
  }),
  sure: (probability: number): string =>
    probability >= 0.9 ? "Very sure" : probability >= 0.75 ? "Fairly sure" : "Not very sure",
  sureCalibrated: (words: string, probability: number, right: number, coverage: number) =>
    `${words}: ${percent(probability)}. On patients the model had not met, ${percent(right)} of what it told was right; it told ${percent(coverage)} of recordings.`,
  sureRaw: (words: string, probability: number) =>
    `${words}: probability ${percent(probability)}, as the model counts it.`,
  notRuledOut: (names: string[]) => `Not ruled out: ${names.join(", ").toLowerCase()}.`,
  eventCount: (count: number) => (count === 1 ? "1 event" : `${count} events`),
  abnormalSeconds: (length: string) => `${length} in all`,
  probabilities: "Probability of each answer",

  play: "Play",
  pause: "Pause",
  playFrom: (what: string, when: string) => `Play ${what}, ${when}`,
  position: "Position",
  speed: "Speed",
  volume: "Volume",
  filter: "Listen through",
  filters: { none: "Everything", bell: "Bell", diaphragm: "Diaphragm", lung: "Lung" } as Record<string, string>,
  filterBand: (low: number, high: number) => `${low}–${high} Hz`,
  filterNote: "The filter changes what you hear, never the answer.",
  zoom: "Zoom",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  zoomAll: "Show all",
  move: "Move along the recording",
  map: "Model's map",
  mapLess: "Weaker map",
  mapMore: "Stronger map",
  mapAttention: "where the model listened",
  mapFor: "speaks for abnormal",
  mapAgainst: "speaks for normal",
  abnormalCurve: "probability of abnormal",
  plot: (name: string) =>
    `Waveform and spectrogram of ${name}. Space plays and stops, arrows move by a second, plus and minus zoom.`,
  keys: "Space plays and stops, ← → move by a second, + − zoom. Click the picture or an event to play from there.",

  events: "Events",
  when: "When",
  heard: "Heard",
  probability: "Probability",
  mostlyAt: "Mostly at",
  noEvents: "No crackles or wheezes found.",
  nothingTold: "Nothing can be told.",
  moreEvents: (count: number) => `Show ${count} more`,
  kind: (name: string) => name.replaceAll("_", " "),
  explaining: "Being worked out: what happens to the answer without each moment and each pitch …",
  bands: "What each pitch adds",
  bandsNote: "How much lower the log-odds of abnormal are without the band: red speaks for abnormal, blue for normal.",

  recording: "Recording",
  quality: "Quality",
  qualityGood: "Good",
  qualityDoubtful: "Doubtful",
  qualityUnusable: "Not good enough",
  qualityShare: (share: number) => `an annotator would call it good enough with ${percent(share)}`,
  fault: (fault: Fault) => ({ sentence: fault.sentence, advice: fault.advice }),
  warning: (sentence: string) => sentence,
  breathing: "Breathing rate",
  heartRate: "Heart rate",
  perMinute: (rate: number, confidence: number) => `${rate.toFixed(0)} a minute, confidence ${percent(confidence)}`,
  rateUntold: "not told: nothing regular enough was found",

  card: "Model",
  cardTitle: "what it is",
  cardAnswers: "tells apart",
  cardHears: "hears",
  cardHearsUp: (hz: number, seconds: number) => `up to ${hz.toFixed(0)} Hz, ${seconds.toPrecision(3)} s at a time`,
  cardData: "trained on",
  cardLicence: "licence",
  cardScores: "scores",
  cardFile: "file",

  exportJson: "Save answer (json)",
  exportPicture: "Save picture (png)",
  exportSound: "Save sound (wav)",

  problem: (code: string, sentence: string, name: string) => {
    void code;
    return sentence.includes(name) || !name ? sentence : `${name}: ${sentence}`;
  },
  unforeseen: "Something went wrong in the page: load it again; your recordings stay on this device.",
  memory: "This device has not enough free memory for so long a recording: cut it into parts.",
  microphoneRefused: "The browser was not allowed to use the microphone: allow it in the address bar and start again.",
  microphoneMissing: "There is no microphone: plug one in and start again.",
  microphoneBusy:
    "The microphone cannot be used, perhaps because another program has it: close that program and start again.",
  microphoneGone: "The microphone was unplugged; what had been recorded so far is analysed.",
  microphoneNone:
    "This browser gives pages no microphone here: open the page by https or on this machine, or open a file instead.",
  exampleMissing: "The example could not be read: load the page again.",
  modelsMissing: "The list of models could not be read: start auscult serve again and reload the page.",
  notPlayable: "This browser cannot play the recording; the answer is not affected.",
};

export type Texts = typeof en;

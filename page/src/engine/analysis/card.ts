/** The card: what a trained model is and what it expects (auscult.analysis.card). */

import { SoundError } from "../errors";
import { roundEven } from "../math/numbers";
import type { CardFacts } from "../types";
import defaults from "./defaults.json"; // tests/page/test_page.py compares them with Python's

const FORMAT = 1;
const CLASS_LABELS: Record<string, string[]> = { normal: [], both: ["crackle", "wheeze"] }; // others are labels of their own
const CLASS_KINDS: Record<string, Record<string, string>> = { "wheeze+crackle": { wheeze: "wheeze" } }; // others: a kind each
const NEEDED = [
  "name",
  "title",
  "organ",
  "task",
  "classes",
  "rate",
  "window_seconds",
  "step_seconds",
  "context_seconds",
] as const;

/** Names → numbers of classes. */
type Numbered = Record<string, number[]>;

/** A card, with what follows from it. */
export class Card {
  /** The classes that are answered, normal first. */
  readonly answerClasses: string[];
  /** Number of the answer that each class leads to. */
  readonly answers: number[];
  /** Label → numbers of the classes that contain it; `both` counts for crackle and for wheeze. */
  readonly labels: Numbered = {};
  /** Label → its kinds → numbers of their classes; empty where the model was not taught kinds. */
  readonly kinds: Record<string, Numbered> = {};

  constructor(readonly facts: CardFacts) {
    const { classes, coarse } = facts;
    this.answerClasses = coarse ? [...new Set(Object.values(coarse))] : classes;
    this.answers = classes.map((name) => this.answerClasses.indexOf(coarse ? coarse[name]! : name));
    this.answers.forEach((answer, number) => {
      const name = this.answerClasses[answer]!;
      for (const label of CLASS_LABELS[name] ?? [name]) append(this.labels, label, number);
    });
    if (coarse) for (const label in this.labels) this.kinds[label] = this.kindsOf(label);
  }

  /** Seconds → samples at the model's rate. */
  samples(seconds: number): number {
    return roundEven(seconds * this.facts.rate);
  }

  /** Class probabilities → those of what is answered: sums over the classes of each. */
  toAnswers(probabilities: ArrayLike<number>): number[] {
    const summed = new Array<number>(this.answerClasses.length).fill(0);
    this.answers.forEach((answer, number) => (summed[answer]! += probabilities[number]!));
    return summed;
  }

  private kindsOf(label: string): Numbered {
    const found: Numbered = {};
    for (const number of this.labels[label]!) {
      const name = this.facts.classes[number]!;
      const kind = (CLASS_KINDS[name] ?? { [label]: name })[label];
      if (kind !== undefined) append(found, kind, number);
    }
    return found;
  }
}

/** Read the json beside a model; rejects what is no card that this engine can go by. */
export function readCard(text: string, url: string): CardFacts {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new SoundError("model-broken", `${url} is not a model's card: it is no json.`);
  }
  if (given["format"] !== FORMAT) {
    throw new SoundError(
      "model-unsupported",
      `${url} has format ${given["format"]}, this page reads format ${FORMAT}: reload it.`,
    );
  }
  const missing = [...NEEDED, "frame_seconds", "band_hz", "sha256"].find((name) => !(name in given));
  if (missing) throw new SoundError("model-broken", `${url} is not a valid model's card: ${missing} is missing.`);
  const filled = {
    ...defaults,
    ...given,
    preprocess: { ...defaults.preprocess, ...(given["preprocess"] as object | undefined) },
    merging: { ...defaults.merging, ...(given["merging"] as object | undefined) },
  } as unknown as CardFacts;
  if (filled.preprocess.wavelet !== null) {
    throw new SoundError(
      "model-unsupported",
      `${filled.name} needs wavelet denoising, which the page does not have: use auscult analyze.`,
    );
  }
  return filled;
}

function append(into: Numbered, name: string, number: number): void {
  (into[name] ??= []).push(number);
}

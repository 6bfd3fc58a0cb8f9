/** What is made of a model's windows, on small numbers worked out by hand. */

import { describe, expect, it } from "vitest";
import { bandEdges, findFocus, toAnswer, type AttentionMap } from "../../src/engine/analysis/attention";
import { AttentionMerger } from "../../src/engine/analysis/attention_merge";
import { readCard } from "../../src/engine/analysis/card";
import { findEvents, labelEvidence } from "../../src/engine/analysis/events";
import { findReasons } from "../../src/engine/analysis/reasons";
import { calibrate, findSureness } from "../../src/engine/analysis/sureness";
import {
  overlapMean,
  poolKinds,
  poolWindows,
  recordingProbabilities,
  shiftNormal,
} from "../../src/engine/analysis/timeline";
import { fixed, percent } from "../../src/engine/analysis/words";
import { runParts, runWindow, type Window } from "../../src/engine/analysis/windows";
import { makeCard, makeModel, makeWindows } from "./making";

const ICBHI = ["normal", "crackle", "wheeze", "both"];
const FINE = { normal: "normal", rhonchus: "wheeze", fine_crackle: "crackle", "wheeze+crackle": "both" };

describe("a card", () => {
  it("counts both for crackle and for wheeze", () => {
    expect(makeCard().labels).toEqual({ crackle: [1, 3], wheeze: [2, 3] });
  });

  it("answers in coarse classes and knows the kinds", () => {
    const card = makeCard({ classes: Object.keys(FINE), coarse: FINE });
    expect(card.answerClasses).toEqual(["normal", "wheeze", "crackle", "both"]);
    expect(card.toAnswers([0.1, 0.2, 0.3, 0.4])).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(card.kinds).toEqual({ wheeze: { rhonchus: [1], wheeze: [3] }, crackle: { fine_crackle: [2] } });
  });

  it.each([
    ["<html>", "no json"],
    ['{"format": 2}', "format 2"],
    ['{"format": 1}', "name is missing"],
  ])("%s is refused", (text, why) => {
    expect(() => readCard(text, "models/x.json")).toThrow(why);
  });

  it("that needs wavelets is refused, one that says little is filled up", () => {
    const { coarse, thresholds, sureness, pooling, preprocess, merging, ...rest } = makeCard().facts;
    const filled = readCard(JSON.stringify(rest), "x");
    expect(filled.merging.keep).toBe(merging.keep);
    expect(filled.preprocess.level).toBe("common");
    const wavy = JSON.stringify({ ...rest, preprocess: { wavelet: "coif5" } });
    expect(() => readCard(wavy, "x")).toThrow("wavelet");
  });
});

describe("windows", () => {
  const card = makeCard({ context_seconds: 0.2 });
  const samples = Float32Array.from({ length: 10_030 }, (_, i) => Math.sin(i / 70));

  it("are the same chunk by chunk as in one piece, and the last one ends with the recording", async () => {
    const model = makeModel(card);
    const found: Window[] = [];
    for await (const part of runParts(model, samples)) found.push(...part);
    const whole = await makeModel(card).run(samples);
    expect(model.calls.length).toBeGreaterThan(3);
    expect(found.length).toBe(whole.probabilities.length + 1);
    whole.probabilities.forEach((row, i) => expect(found[i]!.probabilities[0]).toBeCloseTo(row[0]!, 6));
    expect(found.map((window) => window.start)).toEqual([...whole.probabilities.map((_, i) => i / 2), 99.3]);
    expect(found.at(-1)!.end).toBeCloseTo(100.3);
  });

  it("can be asked one by one", async () => {
    const whole = await makeModel(card).run(samples);
    const one = await runWindow(makeModel(card), samples, 350);
    expect(one.start).toBe(3.5);
    expect(one.probabilities[0]).toBeCloseTo(whole.probabilities[7]![0]!, 6);
  });

  it("of a recording shorter than one: one", async () => {
    const found: Window[] = [];
    for await (const part of runParts(makeModel(card), samples.subarray(0, 60))) found.push(...part);
    expect(found.map(({ start, end }) => [start, end])).toEqual([[0, 0.6]]);
  });
});

describe("a recording's answer", () => {
  it("shifts the normal class", () => {
    const shifted = shiftNormal([0.5, 0.25, 0.25], Math.log(2));
    expect([...shifted].map((value) => value.toFixed(4))).toEqual(["0.6667", "0.1667", "0.1667"]);
  });

  it("is that of the most abnormal windows, at least four", () => {
    const quiet = Array.from({ length: 36 }, () => [1, 0, 0, 0]);
    const found = recordingProbabilities(
      [...quiet, [0.2, 0.8, 0, 0], [0.4, 0, 0.6, 0], [1, 0, 0, 0], [0, 0, 0, 1]],
      ICBHI,
    );
    // highest four of each: abnormal .8 + .6 + 1 + 0, crackle .8 + 1, wheeze .6 + 1
    expect(found.map((value) => value.toFixed(3))).toEqual(["0.400", "0.200", "0.150", "0.250"]);
  });

  it("is a mean where the card says so, with the offset on the mean", () => {
    const card = makeCard({ classes: ["normal", "abnormal"], pooling: "mean", normal_offset: Math.log(3) });
    const found = poolWindows([Float32Array.of(0.2, 0.8), Float32Array.of(0.3, 0.7)], card);
    expect(found[0]).toBeCloseTo(0.5, 6);
  });

  it("names the kinds", () => {
    const card = makeCard({ classes: Object.keys(FINE), coarse: FINE });
    const found = poolKinds(
      makeWindows([
        [0, 0, 0.5, 0.5],
        [1, 0, 0, 0],
      ]),
      card,
    );
    expect(found).toEqual({ rhonchus: 0, wheeze: 0.25, fine_crackle: 0.25 });
  });

  it("averages windows where they overlap", () => {
    const found = overlapMean([1, 0], makeWindows([[0], [0]]), 0.5, 2);
    expect([...found]).toEqual([1, 0.5, 0, 0]);
  });
});

describe("events", () => {
  it("lie where the windows that have a label overlap most", () => {
    const windows = makeWindows([
      [1, 0, 0, 0],
      [0.1, 0.9, 0, 0],
      [0.2, 0.8, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    const events = findEvents(windows, makeCard(), 3, {});
    // the curve: .45 from 0.5 s, .85 from 1 s, .4 from 1.5 s
    expect(events.map(({ start, end, label }) => [start, end, label])).toEqual([[1, 1.5, "crackle"]]);
    expect(events[0]!.probability).toBeCloseTo(0.9, 6);
    expect(events[0]!.focus).toBeNull();
  });

  it("of both labels are two", () => {
    const events = findEvents(makeWindows([[0, 0, 0, 1]]), makeCard(), 1, {});
    expect(events.map(({ label }) => label)).toEqual(["crackle", "wheeze"]);
  });

  it("go by the card's thresholds where it has some", () => {
    const windows = makeWindows([[0.6, 0.4, 0, 0]]);
    expect(labelEvidence(windows, makeCard())["crackle"]).toEqual([0]);
    expect(labelEvidence(windows, makeCard({ thresholds: { crackle: 0.4 } }))["crackle"]![0]).toBeCloseTo(0.4, 6);
  });

  it("are dropped where no window is sure enough", () => {
    const least = (value: number): ReturnType<typeof makeCard> =>
      makeCard({ merging: { ...makeCard().facts.merging, least: value } });
    const windows = makeWindows([[0.2, 0.8, 0, 0]]);
    expect(findEvents(windows, least(0.79), 1, {}).length).toBe(1);
    expect(findEvents(windows, least(0.81), 1, {})).toEqual([]);
  });

  it("name the kind that is heard most", () => {
    const card = makeCard({ classes: Object.keys(FINE), coarse: FINE });
    const events = findEvents(makeWindows([[0.1, 0.9, 0, 0]]), card, 1, {});
    expect(events.map(({ label, kind }) => [label, kind])).toEqual([["wheeze", "rhonchus"]]);
  });
});

describe("attention", () => {
  const map: AttentionMap = {
    values: Float32Array.of(0, 1, 4, 3, 0, 0, 1, 1),
    frames: 4,
    frameSeconds: 0.5,
    bandHz: [100, 300],
  };

  it("is narrowed to where it keeps half of its peak", () => {
    expect(findFocus(map, 0, 2)).toEqual({ start: 1, end: 2, low: 0, high: 200 });
  });

  it("has bands that meet halfway", () => {
    expect(bandEdges([100, 200, 400])).toEqual([50, 150, 300, 500]);
    expect(bandEdges([100])).toEqual([0, 200]);
  });

  it("is written as whole numbers of 255 steps", () => {
    const answer = toAnswer(map);
    expect(answer.peak).toBe(4);
    expect(answer.values).toEqual([
      [0, 64, 255, 191],
      [0, 0, 64, 64],
    ]);
  });

  it("is averaged over windows that overlap, and multiplied by their weights", () => {
    const merger = new AttentionMerger(makeCard({ frame_seconds: 0.5, band_hz: [100] }), 1.5);
    const [one, other] = makeWindows([[0], [0]]) as [Window, Window];
    merger.feed(
      [
        { ...one, attention: Float32Array.of(0.5, 0.5) },
        { ...other, attention: Float32Array.of(0.2, 0.8) },
      ],
      { a: [1, 0.5] },
    );
    const { map: merged, profile } = merger.result()["a"]!;
    expect([...merged.values].map((value) => value.toFixed(3))).toEqual(["1.000", "0.600", "0.800"]);
    expect([...profile]).toEqual([...merged.values]);
  });
});

describe("numbers in words", () => {
  it.each([
    [1.25, 1, "1.2"],
    [3.75, 1, "3.8"],
    [0.35, 1, "0.3"],
    [2.5, 0, "2"],
    [3.5, 0, "4"],
    [19.989, 2, "19.99"],
  ])("%f with %i digits is %s, as in Python", (value, digits, expected) => {
    expect(fixed(value, digits)).toBe(expected);
    expect(percent(value / 128, digits)).toMatch(/%$/);
  });
});

describe("sureness", () => {
  it("is calibrated", () => {
    expect(calibrate([0.2, 0.8], 2, 0).map((value) => value.toFixed(3))).toEqual(["0.333", "0.667"]);
  });

  it("is told from the threshold on, with the labels that cannot be ruled out", () => {
    const facts = { temperature: 1, normal_bias: 0, coverage: 0.7, error: 0.1, set_level: 0.9, set_limit: 0.25 };
    const card = makeCard({ sureness: { ...facts, threshold: 0.65 } });
    const found = findSureness({ normal: 0.3, crackle: 0.6, wheeze: 0.1, both: 0 }, card)!;
    expect([found.told, found.labels]).toEqual([false, ["crackle", "normal"]]);
    expect(findReasons("crackle", null, found)[0]!.sentence).toBe(
      "not sure enough: crackle with 60%, told from 65% on",
    );
    expect(findSureness({ normal: 1 }, makeCard())).toBeNull();
  });

  it("does not matter where the recording is unusable or silent", () => {
    const fault = { name: "silent", sentence: "silent: nothing was recorded", advice: "record again", serious: true };
    expect(findReasons(null, { usable: false, faults: [fault], probability: null }, null)).toEqual([
      { sentence: fault.sentence, advice: fault.advice },
    ]);
    expect(findReasons(null, null, null)[0]!.sentence).toContain("nothing is left");
    expect(findReasons("normal", null, null)).toEqual([]);
  });
});

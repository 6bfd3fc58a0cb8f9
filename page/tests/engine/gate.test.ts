/** The quality gate and the search for breaths, on noise whose faults and breaths are known. */

import rules from "bundled/gate.json";
import { describe, expect, it } from "vitest";
import { answerBreathing, findBreathing } from "../../src/engine/analysis/breathing";
import { judge } from "../../src/engine/analysis/gate";
import { standardNormal } from "../../src/engine/math/noise";
import { measureQuality } from "../../src/engine/signal/quality/meter";
import type { Fault, WindowAnswer } from "../../src/engine/types";

const RATE = 4000;
const NOISE = standardNormal(30 * RATE);

describe("the gate", () => {
  it.each([
    ["silent", new Float32Array(5 * RATE)],
    ["very short", sound(0.5, (value) => value)],
    ["partly silent", sound(10, (value, time) => (time < 5 ? value : 0))],
    ["interrupted", sound(20, (value, time) => (time < 2 ? 0 : value))],
    ["very quiet", sound(10, (value) => value / 200)],
    ["clipped", sound(10, (value) => Math.max(-1, Math.min(1, 30 * value)))],
    ["coarse", sound(10, (value) => Math.sign(value) / 10)],
    ["shifted", sound(10, (value) => value + 0.2)],
    ["hum", sound(16, (value, time) => value + 0.1 * Math.sin(2 * Math.PI * 50 * time))],
    ["rubbing", sound(24, (value, time) => (Math.abs((time % 2) - 0.5) < 0.05 ? 40 * value : value))],
  ])("finds that a recording is %s", (name, samples) => {
    const found = faultsOf(samples).find((fault) => fault.name === name);
    expect(found?.sentence).toMatch(new RegExp(`^${name}: `));
    expect(found?.advice).toBe(rules.faults[name as keyof typeof rules.faults].advice);
  });

  it("does not mind an offset that a filter takes away, and says no more of silence", () => {
    const shifted = measureQuality(
      sound(10, (value) => value + 0.2),
      RATE,
      "lung",
    );
    const quality = judge(shifted, "lung", { rhythmConfidence: null, offset: false });
    expect(quality.faults.map((fault) => fault.name)).not.toContain("shifted");
    expect(faultsOf(new Float32Array(5 * RATE)).map((fault) => fault.name)).toEqual(["silent"]);
  });

  it("is unusable where a fault is serious", () => {
    const silent = measureQuality(new Float32Array(RATE), RATE, "heart");
    expect(judge(silent, "heart", { rhythmConfidence: 0, offset: true })).toMatchObject({
      usable: false,
      probability: null,
    });
  });

  it("misses a rhythm that was looked for", () => {
    const measures = measureQuality(
      sound(10, (value) => value),
      RATE,
      "lung",
    );
    const names = (confidence: number | null): string[] =>
      judge(measures, "lung", { rhythmConfidence: confidence, offset: true }).faults.map((fault) => fault.name);
    expect(names(0)).toContain("no breathing");
    expect(names(0.9)).not.toContain("no breathing");
    expect(names(null)).not.toContain("no breathing");
  });
});

describe("breathing", () => {
  it("of 15 a minute is found", () => {
    const breaths = sound(30, (value, time) => value * (0.05 + Math.max(0, Math.sin((2 * Math.PI * time) / 4))));
    const found = findBreathing(breaths, RATE);
    expect(Math.abs(found.rate! - 15)).toBeLessThan(1);
    expect(found.cycles.length).toBeGreaterThan(4);
  });

  it.each([
    ["silence", new Float32Array(20 * RATE)],
    ["two seconds", sound(2, (value) => value)],
  ])("in %s is not", (_, samples) => {
    expect(findBreathing(samples, RATE)).toEqual({ cycles: [], rate: null, confidence: 0 });
  });

  it("is answered by the windows that share most of a cycle", () => {
    const windows: WindowAnswer[] = [
      { start: 0, end: 2, label: "normal", probabilities: { normal: 1, crackle: 0 } },
      { start: 1, end: 3, label: "crackle", probabilities: { normal: 0, crackle: 1 } },
    ];
    const breathing = {
      cycles: [
        [1, 3],
        [5, 6],
      ] as [number, number][],
      rate: 30,
      confidence: 1,
    }; // none in the second
    const { cycles } = answerBreathing(breathing, windows);
    expect(cycles.length).toBe(1);
    expect(cycles[0]).toMatchObject({ start: 1, end: 3, crackle: true, wheeze: false });
    expect(cycles[0]!.probabilities["crackle"]).toBeCloseTo(2 / 3);
  });
});

/** Noise at the level of a chest, changed. */
function sound(seconds: number, change: (value: number, time: number) => number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) => change(0.02 * NOISE[i]!, i / RATE));
}

function faultsOf(samples: Float32Array): Fault[] {
  return judge(measureQuality(samples, RATE, "lung"), "lung", { rhythmConfidence: null, offset: true }).faults;
}

/** The engine's signal processing against numbers that Python wrote (make_fixtures.py). */

import { describe, expect, it } from "vitest";
import { standardNormal } from "../../src/engine/math/noise";
import { bandPass, settlingSamples } from "../../src/engine/signal/band_pass";
import { estimateHeartRate } from "../../src/engine/signal/heart_rate";
import { applyGain, findGain, frameRms, isSilent, measureLoudness } from "../../src/engine/signal/level";
import { clean, fade, repeat } from "../../src/engine/signal/preprocess";
import { resample } from "../../src/engine/signal/resample";
import fixtures from "./fixtures.json";

/** Values at the start, where soxr's several stages treat the jump from nothing to something a little otherwise (by 1 %). */
const EDGE = 3;

describe("resample", () => {
  it.each(fixtures.resample)("from $rate to $new_rate as soxr does", ({ rate, new_rate, expected }) => {
    const found = resample(chirps(Math.floor(rate / 10), rate, new_rate), rate, new_rate);
    expect(found.length).toBe(expected.length);
    const inside = difference(found, expected).slice(EDGE);
    expect(rootMeanSquare(inside)).toBeLessThan(1e-3 * rootMeanSquare(expected));
  });

  it("gives the samples themselves where the rates are equal", () => {
    const samples = chirps(10, 4000, 4000);
    expect(resample(samples, 4000, 4000)).toBe(samples);
  });

  it.each([
    [1, 44_100, 4000, 0],
    [17, 44_100, 4000, 2],
    [9999, 8000, 4000, 5000],
  ])("makes of %i samples at %i Hz and %i Hz %i", (count, rate, newRate, expected) => {
    expect(resample(new Float32Array(count), rate, newRate).length).toBe(expected);
  });
});

describe("bandPass", () => {
  it.each(fixtures.band_pass)(
    "from $low to $high Hz, order $order, as scipy does",
    ({ low, high, order, rate, settling, expected }) => {
      const samples = chirps(400, rate, rate).map((value) => value + 0.3);
      const found = bandPass(samples, rate, { low, high, order });
      expect(Math.max(...difference(found, expected).map(Math.abs))).toBeLessThan(1e-6);
      expect(settlingSamples(rate, { low, high, order })).toBe(settling);
    },
  );

  it("takes away a constant", () => {
    const found = bandPass(new Float32Array(100).fill(0.5), 2000, { low: 25, high: 400, order: 4 });
    expect(Math.max(...found.map(Math.abs))).toBeLessThan(1e-6);
  });

  it("refuses a band beyond half the rate", () => {
    expect(() => bandPass(new Float32Array(9), 2000, { low: 1000, high: 1200, order: 4 })).toThrow("cannot be kept");
  });
});

describe("standardNormal", () => {
  it("is numpy's noise of seed 0", () => {
    const found = standardNormal(3000).slice(-300);
    expect(Math.max(...difference(found, fixtures.noise).map(Math.abs))).toBeLessThan(1e-6);
  });
});

describe("estimateHeartRate", () => {
  it.each(fixtures.heart_rate)(
    "finds a cycle of $cycle s in $seconds s",
    ({ cycle, seconds, beats_per_minute, confidence }) => {
      const found = estimateHeartRate(beats(cycle, seconds, 1000), 1000);
      expect(found.beats_per_minute).toBeCloseTo(beats_per_minute, 3);
      expect(found.confidence).toBeCloseTo(confidence, 5);
    },
  );

  it.each([
    ["silence", new Float32Array(10_000)],
    ["a second", chirps(1000, 1000, 1000)],
  ])("finds nothing in %s", (_, samples) => {
    expect(estimateHeartRate(samples, 1000)).toEqual({ beats_per_minute: null, confidence: 0 });
  });
});

describe("level", () => {
  it("measures frames of 0.1 s about their own means", () => {
    const samples = Float32Array.from([1, 3, 5, 5, 9]); // 2 samples a frame
    expect([...frameRms(samples, 20)]).toEqual([1, 0]);
  });

  it("takes out the offset and brings the median frame to the level", () => {
    const samples = Float32Array.from([0.6, 0.4, 0.6, 0.4]);
    const found = applyGain(samples, findGain(measureLoudness(samples, 20), "common"));
    expect([...found].map((value) => value.toFixed(4))).toEqual(["0.0200", "-0.0200", "0.0200", "-0.0200"]);
  });

  it("leaves silence as it is", () => {
    const loudness = measureLoudness(new Float32Array(40).fill(0.2), 20);
    expect(isSilent(loudness)).toBe(true);
    expect(findGain(loudness, "common")).toEqual({ offset: 0, factor: 1 });
  });
});

describe("preprocess", () => {
  const none = { band: null, order: 4, wavelet: null, shortest_seconds: null, fade: false, level: "common" } as const;

  it("fades over 62.5 ms, or half of what is shorter", () => {
    expect([...fade(new Float32Array(6).fill(1), 1000, { start: true, end: true })]).toEqual([0, 0.5, 1, 1, 0.5, 0]);
  });

  it("repeats from the start, with faded seams and a faded end", () => {
    expect([...repeat(new Float32Array(4).fill(1), 1000, 6)]).toEqual([0, 1, 1, 0, 0, 0]);
  });

  it("repeats what is shorter than the model wants and nothing else", () => {
    const samples = new Float32Array(10).fill(1);
    expect(clean(samples, 10, { ...none, shortest_seconds: 2 }).length).toBe(20);
    expect(clean(samples, 10, { ...none, shortest_seconds: 1 })).toBe(samples);
  });
});

/** As in make_fixtures.py. */
function chirps(size: number, rate: number, newRate: number): Float32Array {
  const lower = Math.min(rate, newRate) / 2;
  return Float32Array.from({ length: size }, (_, i) =>
    [0.07, 0.5, 0.9, 1.3].reduce(
      (total, share) => total + 0.2 * Math.sin((2 * Math.PI * share * lower * i) / rate + share),
      0,
    ),
  );
}

/** As in make_fixtures.py. */
function beats(cycle: number, seconds: number, rate: number): Float32Array {
  const since = (time: number): number => ((time % cycle) + cycle) % cycle;
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    const time = i / rate;
    const loud = Math.exp(-since(time) / 0.03) + 0.6 * Math.exp(-since(time - 0.3 * cycle) / 0.03);
    return 0.3 * loud * Math.sin(2 * Math.PI * 60 * time);
  });
}

function difference(found: ArrayLike<number>, expected: number[]): number[] {
  return expected.map((value, i) => found[i]! - value);
}

function rootMeanSquare(values: number[]): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
}

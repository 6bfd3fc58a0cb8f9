import { expect, it } from "vitest";
import { Spectrogram } from "../../src/ui/plot/spectrogram";

const RATE = 4000;

it("is darkest in the row of a tone's pitch, where the tone sounds", () => {
  const noise = (i: number): number => 1e-3 * Math.sin(i * i); // anything faint and broad
  const samples = Float32Array.from({ length: 4 * RATE }, (_, i) =>
    i >= 2 * RATE ? 0.5 * Math.sin((2 * Math.PI * 500 * i) / RATE) + noise(i) : noise(i),
  );
  const [rows, columns] = [200, 80];
  const shades = new Spectrogram(samples, RATE, 2000).shade(0, 4, columns, rows);
  const column = (place: number): number[] => Array.from({ length: rows }, (_, row) => shades[row * columns + place]!);
  const late = column(60);
  const pitch = (1 - (late.indexOf(Math.max(...late)) + 0.5) / rows) * 2000;
  expect(Math.abs(pitch - 500)).toBeLessThanOrEqual(50);
  expect(Math.max(...late)).toBeGreaterThan(0.9);
  expect(Math.max(...column(20))).toBeLessThan(0.7);
});

it("has shades from 0 to 1 for silence and for less than a frame", () => {
  for (const samples of [new Float32Array(8000), Float32Array.of(0.1, -0.1)]) {
    const shades = new Spectrogram(samples, RATE, 2000).shade(0, samples.length / RATE, 10, 10);
    expect(shades.every((shade) => shade >= 0 && shade <= 1)).toBe(true);
  }
});

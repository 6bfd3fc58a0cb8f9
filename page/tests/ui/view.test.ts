import { expect, it } from "vitest";
import { pitchTicks, timeTicks, View } from "../../src/ui/plot/view";

it("shows the whole recording at first", () => {
  const view = new View(20);
  expect([view.from, view.to, view.isWhole]).toEqual([0, 20, true]);
  expect(view.at(5)).toBe(0.25);
});

it("zooms around a moment, which stays where it is", () => {
  const view = new View(20);
  view.zoom(4, 5);
  expect(view.length).toBe(5);
  expect(view.at(5)).toBeCloseTo(0.25);
});

it("never leaves the recording, nor shows less than a quarter of a second", () => {
  const view = new View(20);
  view.zoom(1e9, 19.99);
  expect(view.length).toBe(0.25);
  expect(view.to).toBeLessThanOrEqual(20);
  view.zoom(1e-9, 3);
  expect([view.from, view.to]).toEqual([0, 20]);
  const short = new View(0.1);
  short.zoom(2, 0.05);
  expect(short.length).toBe(0.1);
});

it("turns the page when a moment is not seen", () => {
  const view = new View(20);
  view.zoom(4, 0);
  expect(view.follow(3)).toBe(false);
  expect(view.follow(6)).toBe(true);
  expect(view.from).toBeCloseTo(5.75);
});

it("has round numbers at its axes", () => {
  expect(timeTicks(0, 20, 10)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(timeTicks(3.2, 4.4, 7)).toEqual([3.2, 3.4, 3.6, 3.8, 4, 4.2, 4.4].map((time) => expect.closeTo(time, 9)));
  expect(pitchTicks(2000)).toEqual([0, 500, 1000, 1500]);
  expect(pitchTicks(1000)).toEqual([0, 250, 500, 750]);
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const CSS = readFileSync(new URL("../../src/ui/styles/colours.css", import.meta.url), "utf8");
const [LIGHT, DARK] = [CSS.split("@media")[0]!, CSS.split("@media")[1]!];
const TEXTS: [ink: string, grounds: string[]][] = [
  ["ink", ["ground", "panel", "found-ground", "normal-ground", "untold-ground"]],
  ["faint", ["ground", "panel", "found-ground", "normal-ground", "untold-ground"]],
  ["link", ["ground", "panel"]],
  ["on-accent", ["accent", "accent-strong"]],
  ["abnormal", ["ground", "found-ground"]],
  ["normal", ["ground", "normal-ground"]],
  ["untold", ["ground", "untold-ground"]],
];
const PARTS: [part: string, grounds: string[]][] = [
  ["edge", ["ground", "panel"]],
  ["accent", ["ground", "panel"]],
  ["crackle", ["ground", "found-ground"]],
  ["wheeze", ["ground", "found-ground"]],
];

/** Relative luminance, as WCAG defines it. */
function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(css: string, one: string, other: string): number {
  const read = (name: string): number => luminance(new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css)![1]!);
  const [dark, light] = [read(one), read(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("colours, %s", (_, css) => {
  it.each(TEXTS.flatMap(([ink, grounds]) => grounds.map((ground) => [ink, ground])))(
    "%s can be read on %s",
    (ink, ground) => {
      expect(contrast(css, ink!, ground!)).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each(PARTS.flatMap(([part, grounds]) => grounds.map((ground) => [part, ground])))(
    "%s is seen on %s",
    (part, ground) => {
      expect(contrast(css, part!, ground!)).toBeGreaterThanOrEqual(3);
    },
  );
});

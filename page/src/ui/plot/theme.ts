/** Colours of pictures: those of the page, light or dark, or always light where a picture is saved. */

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Theme {
  ground: Rgb;
  ink: Rgb;
  faint: string;
  line: string;
  wave: string;
  map: Rgb;
  more: Rgb;
  less: Rgb;
  /** By label of an event. */
  labels: Record<string, string>;
}

const NAMES = { crackle: "--crackle", wheeze: "--wheeze", abnormal: "--abnormal" };

/** Read the colours that the style sheet gives an element. */
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: rgb(read("--sound-ground")),
    ink: rgb(read("--sound-ink")),
    faint: read("--faint"),
    line: read("--line"),
    wave: read("--wave"),
    map: rgb(read("--map")),
    more: rgb(read("--more")),
    less: rgb(read("--less")),
    labels: Object.fromEntries(Object.entries(NAMES).map(([label, name]) => [label, read(name)])),
  };
}

/** `#cc4794` → [204, 71, 148]; `#fff`, as a minified style sheet has it, too. */
export function rgb(hex: string): Rgb {
  const digits = /^#([0-9a-f]{3,6})$/i.exec(hex)?.[1] ?? "888888";
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const number = parseInt(long, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

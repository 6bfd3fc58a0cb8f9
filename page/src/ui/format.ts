/** Numbers as they are read. */

/** `83 %` */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** A moment or a duration in seconds: `7.5 s`, from a minute on `12:07.5`. */
export function clock(seconds: number, digits = 1): string {
  const rounded = Number(seconds.toFixed(digits));
  if (rounded < 60) return `${rounded.toFixed(digits)} s`;
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded - 3600 * hours) / 60);
  const rest = (rounded - 3600 * hours - 60 * minutes).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** When something is heard: `3.20–3.90 s`. */
export function span(start: number, end: number): string {
  const first = end < 60 ? clock(start, 2).replace(" s", "") : clock(start, 2);
  return `${first}–${clock(end, 2)}`;
}

/** A name of a file without its ending, fit for the name of another. */
export function stem(name: string): string {
  return name.replace(/\.[^.]*$/, "").replace(/[\\/:*?"<>|]/g, "-") || "recording";
}

/** The language: that of the browser unless another was chosen here before. */

import { en, type Texts } from "./en";
import { ko } from "./ko";

export type { Texts } from "./en";

const LANGUAGES: Record<string, Texts> = { en, ko };
const KEPT = "auscult-language";

let current = kept() ?? navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES) ?? "en";

/** What the page says, in the language of now. */
export function texts(): Texts {
  return LANGUAGES[current] ?? en;
}

/** Short name of the language of now, such as `en`. */
export function language(): string {
  return current;
}

/** Short name and own name of each language. */
export function languages(): [string, string][] {
  return Object.entries(LANGUAGES).map(([short, words]) => [short, words.language]);
}

/** Change the language and remember it on this device. */
export function setLanguage(short: string): void {
  current = short in LANGUAGES ? short : "en";
  try {
    localStorage.setItem(KEPT, current);
  } catch {
    // a browser that keeps nothing asks again next time
  }
}

function kept(): string | undefined {
  try {
    const short = localStorage.getItem(KEPT);
    return short !== null && short in LANGUAGES ? short : undefined;
  } catch {
    return undefined;
  }
}

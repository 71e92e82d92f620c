import { signal } from "@preact/signals";
import { stored } from "./data/stored.ts";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Of the words on the page; `words/dictionary.ts` sets it when it has them. */
export const language = signal<Language>("en");

const choice = stored("language");

/** What the reader chose here, else the first language of the browser that we have. */
export function preferredLanguage(): Language {
  const wanted = [choice.read() ?? "", ...navigator.languages];
  for (const tag of wanted) {
    const found = LANGUAGES.find((one) => tag.toLowerCase().split("-")[0] === one);
    if (found !== undefined) return found;
  }
  return "en";
}

export function rememberLanguage(chosen: Language): void {
  choice.write(chosen);
}

/** For `Intl`: numbers, times and plurals follow the words, not the browser. */
export function locale(): string {
  return language.value === "zh" ? "zh-CN" : "en-GB";
}

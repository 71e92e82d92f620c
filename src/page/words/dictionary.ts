import { signal } from "@preact/signals";
import { type Language, language, rememberLanguage } from "../app/language.ts";
import type en from "./en/index.ts";

/** All words of the page in one language. English gives the shape: a language that lacks a key does not compile. */
export type Words = typeof en;

const DICTIONARIES: Readonly<Record<Language, () => Promise<{ readonly default: Words }>>> = {
  en: () => import("./en/index.ts"),
  zh: () => import("./zh/index.ts"),
};

const current = signal<Words | null>(null);

/** The words in the reader's language; what reads them is drawn again in another. */
export function words(): Words {
  if (current.value === null) throw new Error("no dictionary is loaded yet");
  return current.value;
}

/** Loads a dictionary and shows the page in it. */
export async function speak(chosen: Language): Promise<void> {
  const { default: loaded } = await DICTIONARIES[chosen]();
  language.value = chosen;
  current.value = loaded;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
}

/** As `speak`, and so the next time. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  rememberLanguage(chosen);
  await speak(chosen);
}

import { signal } from "@preact/signals";
import { type Language, language, rememberLanguage } from "../app/language.ts";
import type { Translate } from "./own-words.ts";
import type { BaseWords, Section, Sections, SectionWords, Words } from "./shape.ts";

interface Dictionary {
  readonly default: BaseWords;
  readonly sections: Sections;
  /** For the API's own sentences: loaded behind the page, few of which have one. */
  readonly own: () => Promise<Translate>;
}

const DICTIONARIES: Readonly<Record<Language, () => Promise<Dictionary>>> = {
  en: () => import("./en/index.ts"),
  zh: () => import("./zh/index.ts"),
};

/** Without the sections that nobody needed yet. */
const current = signal<Partial<Words> | null>(null);
const needed = new Set<Section>();
let chosenLast: Language = "en";
const translate = signal<Translate>(() => null);

/**
 * The words in the reader's language; what reads them is drawn again in another. A view's route names the sections that
 * it needs: `ROUTES` in app/routes.ts.
 */
export function words(): Words {
  if (current.value === null) throw new Error("no dictionary is loaded yet");
  return current.value as Words;
}

/** One load after the other: an earlier one that took longer would take away what a later one has brought. */
let loads: Promise<unknown> = Promise.resolve();

/** Loads a dictionary, with the sections that are needed by then, and shows the page in it. */
export function speak(chosen: Language): Promise<void> {
  chosenLast = chosen;
  const loaded = loads.then(load);
  loads = loaded.catch(() => {});
  return loaded;
}

async function load(): Promise<void> {
  const chosen = chosenLast;
  const { default: base, sections, own } = await DICTIONARIES[chosen]();
  const found = await wordsOf(sections, [...needed]);
  // Another one was chosen meanwhile: whoever waits for these words waits for those.
  if (chosenLast !== chosen) return load();
  language.value = chosen;
  current.value = { ...base, ...found };
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  void own()
    .then((loaded) => {
      if (chosenLast === chosen) translate.value = loaded;
    })
    // They stand in English then.
    .catch(() => {});
}

/** A sentence of mailpush's own in the reader's language; null: it stays as the API says it. */
export function ownWords(text: string): string | null {
  return translate.value(text);
}

/** Loads sections before a view that needs them is drawn; they stay, in each language that is chosen. */
export async function need(names: readonly Section[]): Promise<void> {
  const missing = names.filter((name) => !needed.has(name));
  if (missing.length === 0) {
    // Perhaps somebody else has asked for them, and they are on their way; or did not come.
    await loads;
    return names.every((name) => needed.has(name)) ? undefined : need(names);
  }
  for (const name of missing) needed.add(name);
  try {
    await speak(chosenLast);
  } catch (error) {
    for (const name of missing) needed.delete(name);
    throw error;
  }
}

async function wordsOf(sections: Sections, names: readonly Section[]): Promise<Partial<SectionWords>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await sections[name]()])));
}

/** As `speak`, and so the next time. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  rememberLanguage(chosen);
  await speak(chosen);
}

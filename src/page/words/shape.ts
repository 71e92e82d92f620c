import type en from "./en/index.ts";
import type { sections } from "./en/index.ts";

/** The words of every view. */
export type BaseWords = typeof en;
/** Words that are loaded with the views that need them. */
export type Section = keyof typeof sections;
/** Them, by section. */
export type SectionWords = { [Name in Section]: Awaited<ReturnType<(typeof sections)[Name]>> };
export type Sections = { readonly [Name in Section]: () => Promise<SectionWords[Name]> };
/** All words of the page in one language. English gives the shape: a language that lacks a key does not compile. */
export type Words = BaseWords & SectionWords;

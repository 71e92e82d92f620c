import { signal } from "@preact/signals";
import { stored } from "./data/stored.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const choice = stored("theme");

export const theme = signal<Theme>(THEMES.find((one) => one === choice.read()) ?? "system");

/** `styles/tokens.css` has the colours of each. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  choice.write(chosen === "system" ? null : chosen);
  showTheme();
}

export function showTheme(): void {
  const root = document.documentElement;
  if (theme.value === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme.value);
}

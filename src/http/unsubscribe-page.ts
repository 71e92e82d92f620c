import { COLOURS } from "./colours.ts";

// Plain pages without JavaScript: mail programs open links in views of their own.

export type PageLanguage = "en" | "zh";

/** - `ask`: before anything has happened. `undone`: taken back. `unknown`: nobody to take off. */
export type PageKind = "ask" | "done" | "undone" | "unknown" | "not-found" | "busy" | "failed";

interface Words {
  readonly title: string;
  readonly text: string;
  /** The one button; null: none. */
  readonly button: string | null;
}

const WORDS: Readonly<Record<PageLanguage, Readonly<Record<PageKind, Words>>>> = {
  en: {
    ask: { title: "Unsubscribe", text: "Press the button to stop receiving these emails.", button: "Unsubscribe" },
    done: { title: "You are unsubscribed", text: "You will receive no more of these emails.", button: "Undo" },
    undone: {
      title: "You are subscribed again",
      text: "You will receive these emails as before.",
      button: "Unsubscribe",
    },
    unknown: { title: "You are on no list", text: "There is nothing to unsubscribe from.", button: null },
    "not-found": {
      title: "This link does not work",
      text: "Open it from the email again, or copy it whole.",
      button: null,
    },
    busy: { title: "Too many requests", text: "Try again in a minute.", button: null },
    failed: { title: "Something went wrong", text: "It may not have worked. Try again in a minute.", button: null },
  },
  zh: {
    ask: { title: "退订", text: "点击按钮后，我们将不再向您发送此类邮件。", button: "退订" },
    done: { title: "您已退订", text: "我们将不再向您发送此类邮件。", button: "撤销退订" },
    undone: { title: "您已重新订阅", text: "您将照常收到邮件。", button: "退订" },
    unknown: { title: "您不在任何邮件列表中", text: "无需退订。", button: null },
    "not-found": { title: "链接无效", text: "请从邮件中重新打开，或复制完整的链接。", button: null },
    busy: { title: "请求过多", text: "请一分钟后再试。", button: null },
    failed: { title: "出错了", text: "操作可能未生效，请一分钟后再试。", button: null },
  },
};

const STATUS: Readonly<Partial<Record<PageKind, number>>> = { "not-found": 404, busy: 429, failed: 503 };

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-robots-tag": "noindex",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  vary: "accept-language",
};

const STYLE = `${COLOURS}*, ::before, ::after { box-sizing: border-box; }
html { background: var(--page); -webkit-text-size-adjust: 100%; }
body { margin: 0; padding: 14vh 1rem 2rem; color: var(--text); font: 1rem/1.5 var(--sans); overflow-wrap: break-word; }
main { max-width: 26rem; margin: 0 auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 1px 2px rgb(16 24 40 / .05); }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.25; letter-spacing: -.012em; font-weight: 600; text-wrap: balance; }
p { margin: .5rem 0 0; color: var(--dim); text-wrap: pretty; }
form { margin-top: 1.5rem; }
button { width: 100%; min-height: 2.75rem; padding: .5em 1.5em; border: 1px solid var(--accent); border-radius: 8px; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); cursor: pointer; }
button:hover { background: var(--accent-hover); }
button.quiet { color: var(--text); border-color: var(--line-control); background: none; }
button.quiet:hover { background: var(--sunk); }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { body { padding-top: 3rem; } main { padding: 1.5rem; } }
`;

/**
 * A page.
 * @param action where its button posts to, relative to the page and safe in an attribute; ignored without a button
 */
export function unsubscribePage(kind: PageKind, language: PageLanguage, action = ""): Response {
  const { title, text, button } = WORDS[language][kind];
  // Undoing is not what most come for.
  const quiet = kind === "done" ? ' class="quiet"' : "";
  const form =
    button === null
      ? ""
      : `<form method="post" action="${action}"><button type="submit"${quiet}>${button}</button></form>\n`;
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${form}</main>
</body>
</html>
`;
  const status = STATUS[kind] ?? 200;
  const headers = new Headers({ ...HEADERS, "content-language": language });
  if (status === 429 || status === 503) headers.set("retry-after", "60");
  return new Response(html, { status, headers });
}

/** The language that `Accept-Language` (RFC 9110 section 12.5.4) prefers; English where it names neither. */
export function pageLanguage(accepted: string | undefined): PageLanguage {
  let best: PageLanguage = "en";
  let weight = 0;
  for (const range of (accepted ?? "").slice(0, 1_000).split(",")) {
    const [, tag = "", quality = "1"] =
      /^\s*([a-z]+)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([\d.]+))?\s*$/i.exec(range) ?? [];
    const language = tag.toLowerCase();
    if ((language !== "en" && language !== "zh") || !(Number(quality) > weight)) continue;
    best = language;
    weight = Number(quality);
  }
  return best;
}

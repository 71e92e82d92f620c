import { COLOURS } from "../colours.ts";

/** The looks of `/docs`. A wide window has the contents beside the text, a narrow one above it. */
export const STYLE = `${COLOURS}
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--page); scroll-padding-top: 16px; -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--text); font: 14px/1.5 var(--sans); overflow-wrap: break-word; }
a { color: var(--accent); text-decoration: none; }
a:hover, p a, .type a { text-decoration: underline; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h2, h3, h4, p, ul, dl, dd, pre { margin: 0; padding: 0; }
h1 { font-size: 26px; line-height: 1.25; letter-spacing: -0.012em; }
h2 { font-size: 22px; line-height: 1.25; letter-spacing: -0.012em; }
h3 { font-size: 14px; }
h4 { margin-top: 20px; font-size: 13px; }
h1, h2, h3, h4, b { font-weight: 600; }
code, pre { font: 12px/1.5 var(--mono); }
p code, li code, dd code { overflow-wrap: anywhere; }
pre { padding: 12px; margin-top: 8px; overflow-x: auto; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.skip { position: absolute; left: 8px; top: -48px; padding: 8px 12px; background: var(--card); border-radius: 8px; z-index: 1; }
.skip:focus { top: 8px; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 24px; min-height: 52px; padding: 8px 24px; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { display: inline-flex; align-items: center; gap: 8px; color: var(--text); font-weight: 600; }
.brand i { width: 12px; height: 12px; border-radius: 4px; background: var(--accent); }
.top span { color: var(--dim); }
.top .end { margin-left: auto; }
.frame { display: grid; grid-template-columns: 240px minmax(0, 1fr); gap: 0 48px; max-width: 1168px; margin: 0 auto; padding: 0 24px 64px; }
.contents { position: sticky; top: 0; align-self: start; max-height: 100vh; padding: 24px 8px 24px 0; overflow-y: auto; font-size: 13px; scrollbar-width: thin; }
.contents ul { list-style: none; }
.contents > ul > li + li { margin-top: 16px; }
.contents a { display: block; min-height: 24px; padding: 2px 0; }
.contents b a { color: var(--text); }
.contents li li a { color: var(--dim); }
.contents li li a:hover { color: var(--text); }
main { min-width: 0; padding-top: 24px; }
.prose { max-width: 720px; }
.prose > * + *, dd > * + * { margin-top: 12px; }
.prose ul, dd ul { display: grid; gap: 4px; padding-left: 20px; }
h1 + .prose { margin-top: 16px; }
section { margin-top: 48px; }
section > .prose { margin-top: 12px; }
.routes { display: grid; margin-top: 16px; padding: 8px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; list-style: none; }
.routes li { display: grid; grid-template-columns: 56px minmax(0, 3fr) minmax(0, 2fr); gap: 12px; align-items: baseline; padding: 4px 0; }
.routes .what { color: var(--dim); }
article { margin-top: 16px; padding: 16px 20px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
article:target { border-color: var(--accent); }
article > .prose { margin-top: 8px; }
.route { display: flex; align-items: baseline; gap: 8px; margin-top: 4px; }
.method { flex: none; min-width: 52px; padding: 1px 6px; font: 600 11px/18px var(--mono); text-align: center; border-radius: 4px; color: var(--accent); background: var(--accent-soft); }
.method.post { color: var(--good); background: var(--good-soft); }
.method.patch, .method.put { color: var(--warn); background: var(--warn-soft); }
.method.delete { color: var(--danger); background: var(--danger-soft); }
.fields { margin-top: 8px; border-top: 1px solid var(--line); }
.fields > div { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 4px 16px; padding: 8px 0; border-bottom: 1px solid var(--line); }
.fields > div:last-child { border-bottom: 0; padding-bottom: 0; }
.fields dt > code { font-weight: 600; overflow-wrap: anywhere; }
.fields .type { display: block; font-size: 12px; color: var(--dim); }
.need { margin-left: 8px; font-size: 12px; color: var(--warn); }
.inner { grid-column: 1 / -1; margin: 0 0 4px; padding-left: 16px; border-left: 2px solid var(--line); }
pre + p, details { margin-top: 12px; }
summary { width: fit-content; color: var(--accent); font-size: 13px; cursor: pointer; }
.inner details { margin-top: 0; }
.inner summary { font-size: 12px; }
.status { font: 600 12px/1.5 var(--mono); }
.status.good { color: var(--good); }
.status.bad { color: var(--danger); }
.answers > div { grid-template-columns: 48px minmax(0, 1fr); }
@media (max-width: 760px) {
  .top { padding: 8px 16px; }
  .frame { display: block; padding: 0 16px 48px; }
  .contents { position: static; max-height: none; padding: 16px 0 0; }
  .contents > ul { display: flex; flex-wrap: wrap; gap: 4px 16px; }
  .contents > ul > li + li { margin-top: 0; }
  .contents b { font-weight: 400; }
  .contents b a { display: block; padding: 4px 0; color: var(--accent); }
  .contents li ul { display: none; }
  article { padding: 16px; }
  .routes li { grid-template-columns: 56px minmax(0, 1fr); gap: 0 12px; padding: 6px 0; }
  .routes .what { grid-column: 2; }
  .fields > div { grid-template-columns: minmax(0, 1fr); }
  .answers > div { grid-template-columns: 40px minmax(0, 1fr); }
}
@media print { .contents, .skip { display: none; } .frame { display: block; } }
`;

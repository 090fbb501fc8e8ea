import { createHash } from 'node:crypto';

/** The docs page's own sheet: the page asks for nothing else, so it also reads well where there is no network. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --muted: #5a6676; --paper: #f6f7f9; --card: #fff; --line: #dfe3e9; --accent: #0b62d6; --code: #eef1f5;
  --get: #0b6e4f; --post: #0b62d6; --delete: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf1; --muted: #9aa6b6; --paper: #10151c; --card: #182029; --line: #2a3542; --accent: #78b0ff;
  --code: #202b37; --get: #5fd3a8; --post: #78b0ff; --delete: #ff8a80; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
code, pre { font: 0.875em/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { padding: 0.1em 0.3em; border-radius: 0.25rem; background: var(--code); overflow-wrap: anywhere; }
pre { margin: 0.75rem 0; padding: 0.9rem 1rem; border-radius: 0.5rem; background: var(--code); overflow-x: auto; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 1.25rem; font-size: 0.9rem; }
nav h2 { margin: 1.4rem 0 0.3rem; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--muted); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: 0.15rem 0; color: inherit; text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
nav .brand { font-weight: 650; font-size: 1.05rem; }
main { min-width: 0; padding: 2rem 2rem 6rem; }
h1 { margin: 0 0 0.5rem; font-size: 2rem; line-height: 1.2; }
main h2 { margin: 3.5rem 0 0.25rem; font-size: 1.5rem; line-height: 1.25; }
h3 { margin: 0; font-size: 1.1rem; line-height: 1.4; }
h4 { margin: 1.25rem 0 0.25rem; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--muted); }
.lead, .note { color: var(--muted); }
.lead { max-width: 46rem; font-size: 1.05rem; }
.call { margin: 1.25rem 0; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
.call > p { max-width: 46rem; margin: 0.5rem 0 0; }
.line { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.6rem; margin: 0.25rem 0 0; }
.line code { font-size: 0.95rem; background: none; padding: 0; }
.method { font: 650 0.8rem/1 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.get { color: var(--get); } .post { color: var(--post); } .delete { color: var(--delete); }
.who { padding: 0.1rem 0.55rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.8rem; color: var(--muted); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 0.45rem 0.9rem 0.45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-size: 0.78rem; font-weight: 600; color: var(--muted); }
tr:last-child td { border-bottom: 0; }
.codes a { white-space: nowrap; }
td:first-child { white-space: nowrap; }
tr:target td { background: var(--code); }
.problem:target { border-color: var(--accent); }
dl { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.4rem 1rem; margin: 0.9rem 0 0; font-size: 0.92rem; }
dt { color: var(--muted); } dd { margin: 0; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--muted); }
.card { padding: 0.5rem 1.5rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
@media (max-width: 60rem) { .page { display: block; } nav { position: static; max-height: none; border-bottom: 1px solid var(--line); }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; } main { padding: 1.5rem 1rem 4rem; } .call { padding: 1rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0 0; } dd { margin-bottom: 0.5rem; } }
`;

/** For `style-src`: this sheet and no other may stand in a page. */
export const styleHash = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

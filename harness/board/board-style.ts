/** How the board looks: light, dark, on paper. Whatever a colour says, a sign and a word say as well. */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: light-dark(#f6f7f9, #14161a); --card: light-dark(#fff, #1d2026); --ink: light-dark(#1b1f27, #eceff4);
  --soft: light-dark(#565d6b, #a9b1bf); --line: light-dark(#d9dde4, #363b45); --accent: light-dark(#0b57a4, #8cc2ff);
  --holds: light-dark(#d9f0e1, #17402a); --holds-ink: light-dark(#0b5330, #b4ebc8);
  --fails: light-dark(#b3261e, #ffb4ab); --fails-ink: light-dark(#fff, #561210);
  --unknown: light-dark(#ffe08a, #5a4400); --unknown-ink: light-dark(#4a3600, #ffe8a8);
  --waits: light-dark(#eceef2, #2a2e36); --waits-ink: light-dark(#565d6b, #a9b1bf);
  --untrusted: light-dark(#e4dcfa, #3b2d68); --untrusted-ink: light-dark(#40297f, #dbd0ff); }
* { box-sizing: border-box; }
html[lang=en] [lang=zh-TW]:not(button), html[lang=zh-TW] [lang=en]:not(button), .static .controls, .static .languages { display: none; }
body { margin: 0; font: 16px/1.55 system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 120rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 3rem); }
header { position: relative; padding-top: 2rem; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; z-index: 9; padding: .5rem 1rem; background: var(--card); color: var(--accent); }
.skip:focus { left: 1rem; top: .5rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
a { color: var(--accent); }
h1 { margin: 0; font-size: clamp(1.6rem, 3vw, 2.4rem); line-height: 1.2; letter-spacing: -.01em; padding-right: 9rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.35rem; }
.lesson { margin: 0; color: var(--accent); font-weight: 600; }
.when, small, .about, .report, .none { color: var(--soft); }
.when { margin: .35rem 0 0; }
code { font: .92em/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
button, input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .45rem; padding: .3rem .7rem; }
button { cursor: pointer; }
.languages { position: absolute; top: 2rem; right: clamp(1rem, 3vw, 3rem); display: flex; }
.languages button { border-radius: 0; border-left-width: 0; }
.languages button:first-of-type { border-radius: .45rem 0 0 .45rem; border-left-width: 1px; }
.languages button:last-of-type { border-radius: 0 .45rem .45rem 0; }
.languages [aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.tiles li { flex: 1 1 8.5rem; padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .7rem; line-height: 1.3; }
.tiles b { display: block; font-size: 2rem; line-height: 1.1; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); font-size: .9rem; }
.tiles .holds, .tiles .unknown, .tiles .untrusted { border-left: .4rem solid; }
.tiles .holds { border-left-color: var(--holds-ink); } .tiles .unknown { border-left-color: var(--unknown); } .tiles .untrusted { border-left-color: var(--untrusted-ink); }
.clusters { margin: 0; padding: 0; list-style: none; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); }
.clusters > li { display: flex; gap: 1.1rem; padding: 1rem 1.2rem; background: var(--card); border: 1px solid var(--line); border-radius: .7rem; }
.clusters > li > div { min-width: 0; }
.share { flex: none; min-width: 5.5rem; margin: 0; color: var(--soft); font-variant-numeric: tabular-nums; }
.share b { font-size: 2rem; line-height: 1.1; color: var(--ink); }
.bar { display: block; width: 0; min-width: 100%; height: .45rem; margin-top: .4rem; border-radius: 1rem; background: var(--waits); fill: var(--fails); }
h3 { margin: 0; font-size: 1.05rem; line-height: 1.35; overflow-wrap: anywhere; }
.clusters p { margin: .3rem 0; } .about { font-size: .92rem; }
.clusters .share { margin: 0; }
summary { cursor: pointer; } .clusters summary { color: var(--accent); font-size: .92rem; }
.names { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .4rem 0 0; padding: 0; list-style: none; font-size: .92rem; }
.more { margin-top: .75rem; } .more > summary { color: var(--accent); padding: .3rem 0; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem 1.5rem; align-items: center; margin-bottom: .75rem; }
.controls p { margin: 0; color: var(--soft); } .controls input { width: 14rem; max-width: 100%; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: 0 0 .75rem; padding: 0; list-style: none; font-size: .92rem; }
.mark, i { display: inline-block; min-width: 1.6em; padding: 0 .3em; border-radius: .3em; text-align: center; font-style: normal; font-weight: 700; }
.wide { position: relative; overflow: auto; max-height: 92vh; background: var(--card); border: 1px solid var(--line); border-radius: .7rem; }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; }
caption { padding: .6rem .9rem; text-align: left; color: var(--soft); position: sticky; left: 0; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--card); vertical-align: bottom; }
thead tr:last-child th { top: 4.4rem; height: 8.6rem; padding: .3rem 0; text-align: center; }
thead th[scope=colgroup] { height: 4.4rem; vertical-align: middle; border-left: 1px solid var(--line); font-size: .78rem; line-height: 1.2; padding: .2rem .4rem; }
.group { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
thead button { border: 0; padding: .15rem .3rem; margin: 0 -.3rem; text-align: left; font-weight: 700; border-radius: .3rem; }
thead button::after { content: " \\2195"; color: var(--soft); } [aria-sort=ascending] button::after { content: " \\2191"; color: var(--accent); } [aria-sort=descending] button::after { content: " \\2193"; color: var(--accent); }
.turned { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; font-weight: 500; font-size: .82rem; }
.student { position: sticky; left: 0; z-index: 1; background: var(--card); min-width: 8rem; max-width: 14rem; border-right: 1px solid var(--line); font-weight: 600; overflow-wrap: anywhere; }
thead .student { z-index: 3; }
.student a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .2em; } .student small { color: var(--soft); font-weight: 400; }
.points { white-space: nowrap; font-variant-numeric: tabular-nums; } .points b { font-size: 1.1rem; }
.time { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.broken, .remarks { min-width: 15rem; max-width: 20rem; font-size: .82rem; line-height: 1.3; overflow-wrap: anywhere; }
.remarks { min-width: 9rem; }
.told { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.remarks .told { -webkit-line-clamp: 4; }
td, th { position: relative; }
td[data-t] { min-width: 1.75rem; padding: .3rem .1rem; text-align: center; font-weight: 700; border-right: 1px solid var(--card); }
td.stage, td.ungraded { min-width: 2.1rem; border-right: 1px solid var(--line); font-weight: 600; font-variant-numeric: tabular-nums; }
th.stage { color: var(--soft); border-right: 1px solid var(--line); vertical-align: bottom; }
.holds[data-t], i.holds, .mark.holds { background: var(--holds); color: var(--holds-ink); }
.fails[data-t], i.fails, .mark.fails { background: var(--fails); color: var(--fails-ink); }
.unknown[data-t], .ungraded[data-t], i.unknown, .mark.unknown { background: var(--unknown); color: var(--unknown-ink); }
.waits[data-t], i.waits, .mark.waits { background: var(--waits); color: var(--waits-ink); }
.untrusted[data-t], i.untrusted, .mark.untrusted { background: var(--untrusted); color: var(--untrusted-ink); }
tbody tr:hover > :is(th, td:not([data-t]), .stage) { background: color-mix(in srgb, var(--accent) 12%, var(--card)); }
.claims { padding-left: 1.4rem; } .claims ul { padding-left: 1.1rem; margin: .2rem 0 .6rem; }
.students details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin-bottom: .4rem; padding: .5rem .9rem; }
.students { padding-bottom: 3rem; } .names li, .students summary { min-width: 0; overflow-wrap: anywhere; } .students summary span { color: var(--soft); margin-left: .6rem; }
.students details p { margin: .5rem 0; overflow-wrap: anywhere; }
.reason { margin: .7rem 0; padding: .2rem 0 .2rem 1rem; border-left: .3rem solid var(--line); }
.reason.fails { border-color: var(--fails); } .reason.unknown { border-color: var(--unknown); }
.reason ul { margin: .2rem 0; padding: 0; list-style: none; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: .4rem 0; } dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; white-space: pre-line; }
.report { font-size: .88rem; }
@media (max-width: 40rem) { h1 { padding-right: 0; margin-top: 2.6rem; } header { padding-top: 1rem; } .languages { top: 1rem; left: 1rem; right: auto; } .languages + * { margin-top: 1rem; } .lesson { margin-top: 2.8rem; } h1 { margin-top: 0; }
  .clusters > li { flex-direction: column; gap: .5rem; } dl { grid-template-columns: 1fr; } .tiles li { flex-basis: 40%; } .student { min-width: 6.5rem; max-width: 8rem; } }
@media print {
  @page { size: A4 landscape; margin: 10mm; }
  :root { color-scheme: light; font-size: 9px; --paper: #fff; --card: #fff; --fails: #f3c6c2; --holds-ink: #000; --fails-ink: #000; --unknown-ink: #000; --waits-ink: #000; --untrusted-ink: #000; }
  body { font-size: 1rem; line-height: 1.35; } h2 { margin-top: 1.5rem; } header, main { max-width: none; padding: 0; }
  .skip, .controls, .languages { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; opacity: 1; }
  .wide { overflow: visible; max-height: none; border: 0; }
  table { width: 100%; font-size: 7.5px; } thead { display: table-header-group; } thead th, .student, caption { position: static; }
  th, td { padding: 1px 2px; } td[data-t] { min-width: 0; } thead button { display: contents; } thead button::after { content: none; } .told { display: inline; }
  thead tr:last-child th { height: auto; } thead th[scope=colgroup] { height: auto; font-size: 6.5px; } .turned { font-size: 7px; }
  .student { min-width: 22mm; max-width: 30mm; } .broken, .remarks { min-width: 22mm; max-width: 34mm; font-size: 7px; } .points b { font-size: 9px; }
  tr, .clusters > li, .reason, .students summary { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .tiles b, .share b { font-size: 1.5rem; } .tiles li { padding: .4rem .7rem; } .tiles { flex-wrap: nowrap; }
  .clusters { grid-template-columns: 1fr 1fr; } .clusters > li { padding: .5rem .8rem; } a { color: inherit; text-decoration: none; }
  .students details { padding: .3rem .6rem; } .students details p, .reason { margin: .2rem 0; }
}
`

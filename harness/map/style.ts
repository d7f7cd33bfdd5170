/**
 * How a map looks, in light and dark; a page that has it in a style sheet of its own leaves it out of the drawing. Colour never
 * tells anything alone: what is missing is dashed and says so, what is broken bears a sign and the claim’s number.
 */
export const MAP_STYLE = `
.ovn-map { --paper: #ffffff; --ink: #1a2230; --soft: #4d5867; --line: #7c8797; --frame: #f5f7fa; --edge: #c6cfda;
  --logical: #e3ecfb; --logical-line: #4a73b8; --router: #ebe4f8; --router-line: #7755b3; --end: #e2f3e6; --end-line: #3c8a52;
  --bar: #fdf0d8; --bar-line: #a8731c; --wire: #e7eaee; --wire-line: #6b7684; --tab: #ffffff; --bad: #b3261e; --bad-paper: #fde7e5;
  --unsure: #8a6100; --go: #0b57d0; --back: #7b2d8b; --tunnel: #cfd9e6;
  background: var(--paper); font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK TC', monospace; }
@media (prefers-color-scheme: dark) { .ovn-map:not([data-theme='light'] *) { --paper: #12161c; --ink: #e7ebf1; --soft: #a9b3c0;
  --line: #8491a2; --frame: #1a2029; --edge: #3a4553; --logical: #1d2b45; --logical-line: #7fa6e8; --router: #2b2344;
  --router-line: #ae93e6; --end: #1b3324; --end-line: #6fbd86; --bar: #37290f; --bar-line: #d7a44e; --wire: #262d37;
  --wire-line: #97a3b3; --tab: #12161c; --bad: #ff8a80; --bad-paper: #40201d; --unsure: #e6b450; --go: #8ab4f8; --back: #d6a2e4;
  --tunnel: #333f4f; } }
[data-theme='dark'] .ovn-map { --paper: #12161c; --ink: #e7ebf1; --soft: #a9b3c0; --line: #8491a2; --frame: #1a2029;
  --edge: #3a4553; --logical: #1d2b45; --logical-line: #7fa6e8; --router: #2b2344; --router-line: #ae93e6; --end: #1b3324;
  --end-line: #6fbd86; --bar: #37290f; --bar-line: #d7a44e; --wire: #262d37; --wire-line: #97a3b3; --tab: #12161c; --bad: #ff8a80;
  --bad-paper: #40201d; --unsure: #e6b450; --go: #8ab4f8; --back: #d6a2e4; --tunnel: #333f4f; }
.ovn-map .paper { fill: var(--paper); }
.ovn-map .frame { fill: var(--frame); stroke: var(--edge); }
.ovn-map text { fill: var(--ink); font-size: 12px; }
.ovn-map .fact { fill: var(--soft); font-size: 11px; }
.ovn-map .heading { font-size: 14px; font-weight: 700; }
.ovn-map .name { font-weight: 600; }
.ovn-map .box { stroke-width: 1.5; fill: var(--tab); stroke: var(--line); }
.ovn-map .switch > .box, .ovn-map .switch-port > .box { fill: var(--logical); stroke: var(--logical-line); }
.ovn-map .router > .box, .ovn-map .router-port > .box { fill: var(--router); stroke: var(--router-line); }
.ovn-map .namespace > .box, .ovn-map .plug > .box { fill: var(--end); stroke: var(--end-line); }
.ovn-map .integration-bridge > .box, .ovn-map .bridge > .box, .ovn-map .linux-bridge > .box { fill: var(--bar); stroke: var(--bar-line); }
.ovn-map .patch > .box, .ovn-map .tunnel > .box { stroke: var(--bar-line); }
.ovn-map .physical > .box, .ovn-map .wire > .box, .ovn-map .outside > .box { fill: var(--wire); stroke: var(--wire-line); }
.ovn-map .switch-port > .box, .ovn-map .router-port > .box, .ovn-map .plug > .box { fill: var(--tab); }
.ovn-map .node > .box { fill: none; stroke: none; }

.ovn-map .bar-words > text { paint-order: stroke; stroke: var(--bar); stroke-width: 5px; stroke-linejoin: round; }
.ovn-map .bar-words.node > text, .ovn-map .bar-words.missing > text { stroke: var(--frame); }
.ovn-map .bar-words.wire > text { stroke: none; }
.ovn-map .patch > .name { font-size: 11px; }
.ovn-map .off > .box { stroke-dasharray: 1.5 2.5; }
.ovn-map .off > .name, .ovn-map .off > .fact { fill: var(--soft); }
.ovn-map .missing > .box { fill: none; stroke-dasharray: 7 5; stroke-width: 1.25; }
.ovn-map .missing > text, .ovn-map .bar-words.missing > text { fill: var(--soft); font-style: italic; font-weight: 400; }
.ovn-map .edge { fill: none; stroke: var(--line); stroke-width: 2; }
.ovn-map .casing { fill: none; stroke: var(--frame); stroke-width: 6; }
.ovn-map .edge.veth { stroke: var(--end-line); }
.ovn-map .edge.bound { stroke: var(--logical-line); stroke-width: 1.5; }
.ovn-map .edge.mapped { stroke: var(--bar-line); stroke-width: 1.5; }
.ovn-map .edge.peer { stroke: var(--router-line); }
.ovn-map .edge.patch { stroke: var(--bar-line); stroke-width: 3; }
.ovn-map .edge.tunnel { stroke: var(--tunnel); stroke-width: 9; stroke-linejoin: round; }
.ovn-map .edge.tunnel.core { stroke: var(--wire-line); stroke-width: 1.5; }
.ovn-map .edge.missing { stroke-dasharray: 7 5; stroke-width: 1.25; }
.ovn-map .edge.off { stroke-dasharray: 1.5 4; }
.ovn-map .edge.lower { stroke-width: 1.5; }
.ovn-map .hit { fill: none; stroke: transparent; stroke-width: 14; pointer-events: stroke; }
.ovn-map .end-dot { fill: var(--paper); stroke-width: 1.5; }
.ovn-map .end-dot.bound { stroke: var(--logical-line); }
.ovn-map .end-dot.mapped { stroke: var(--bar-line); }
.ovn-map .end-dot.missing { stroke-dasharray: 2 2; }
.ovn-map .marked.fails > .box { stroke: var(--bad); stroke-width: 3; }
.ovn-map .marked.unknown > .box { stroke: var(--unsure); stroke-width: 3; }
.ovn-map .badge { fill: var(--bad); }
.ovn-map .badge.unknown { fill: var(--unsure); }
.ovn-map .badge-words { fill: var(--paper); font-size: 11px; font-weight: 700; }
.ovn-map .pill { fill: var(--go); }
.ovn-map .pill.reply { fill: var(--back); }
.ovn-map .pill.lost { fill: var(--bad); }
.ovn-map .pill.unknown { fill: var(--unsure); }
.ovn-map .ring { fill: none; stroke: var(--go); stroke-width: 3; }
.ovn-map .ring.reply { stroke: var(--back); stroke-dasharray: 2 3; }
.ovn-map .ring.lost { stroke: var(--bad); }
.ovn-map [tabindex]:focus { outline: none; }
.ovn-map [tabindex]:focus-visible > .box { stroke: var(--go); stroke-width: 4; }
`

/** How the page of a proof looks, in light and dark; whatever a colour says, a sign or a word says as well. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ccc, #444); --kill: light-dark(#b3261e, #ff8a80); --soft: light-dark(#6b6b6b, #a0a0a0); --paper: light-dark(#fff, #161616); }
body { font: 16px/1.6 system-ui, "Noto Sans TC", sans-serif; margin: 0; background: var(--paper); }
main { max-width: 80rem; margin: 0 auto; padding: 2rem 1rem; }
.verdict { font-weight: 600; font-size: 1.15rem; }
.wide { overflow: auto; max-height: 90vh; border: 1px solid var(--line); }
table { border-collapse: separate; border-spacing: 0; font-size: .85rem; }
caption { text-align: left; padding: .75rem; }
th, td { border-bottom: 1px solid var(--line); padding: .15rem .35rem; text-align: center; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--paper); vertical-align: bottom; }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
th[scope=row], thead th:first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); text-align: left; font-weight: 400; min-width: 18rem; max-width: 30rem; }
thead th:first-child { z-index: 3; }
small { color: var(--soft); }
td.first { color: var(--kill); font-weight: 700; outline: 2px solid var(--kill); outline-offset: -2px; }
td.fails { color: var(--kill); }
td.waits, td.holds { color: var(--soft); }
tbody tr:hover > * { background: light-dark(#f2f2f2, #262626); }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`

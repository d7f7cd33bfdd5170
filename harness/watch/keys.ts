/** Sequences that terminals send (ECMA-48, and xterm's application mode), by what they mean to us. */
const NAMED: Record<string, string> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  ' ': 'page-down',
  b: 'page-up',
  k: 'up',
  j: 'down',
  '\u0003': 'interrupt',
  '\u001a': 'suspend',
  '\u000c': 'redraw',
}

/** The keys in what a terminal sent, by name; letters are small ones, and the full-width ones of an input method count too. */
export function keysIn(sent: string): string[] {
  const parts = sent.normalize('NFKC').match(/\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|[\s\S]/g) ?? []
  return parts.map(part => NAMED[part.toLowerCase()] ?? NAMED[part] ?? part.toLowerCase())
}

/** Lines kept above the screen, for whoever comes back. */
const SCROLLBACK = 2_000

/** What is on a terminal, kept on our side of the network. */
export interface Screen {
  /** Draws; `done` when that is done. */
  write(data: Uint8Array, done: () => void): void
  /** All that was drawn so far as one text that draws it again: scrollback, screen, cursor, modes. */
  whole(taken: (text: string) => void): void
  /** Whether the program that reads has asked for pastes in brackets, which it does not run line by line. */
  takesPastes(): boolean
  /** Whether a full-screen program has put its own screen over the shell's; asked of all that was written so far. */
  isCovered(told: (isCovered: boolean) => void): void
  resize(cols: number, rows: number): void
  close(): void
}

/**
 * A terminal nobody sees. `answer`: what it replies when a program asks about the terminal (its type, where the cursor is):
 * it is the only one to answer, however many pages show the shell.
 */
export async function screenOf(cols: number, rows: number, answer: (data: string) => void): Promise<Screen> {
  // Loaded with the first shell: a page is there before.
  loaded ??= load()
  const { Terminal, SerializeAddon, UnicodeGraphemesAddon } = await loaded
  const terminal = new Terminal({ cols, rows, scrollback: SCROLLBACK, allowProposedApi: true })
  const serialize = new SerializeAddon()
  terminal.loadAddon(serialize as unknown as Parameters<typeof terminal.loadAddon>[0])
  terminal.loadAddon(new UnicodeGraphemesAddon() as unknown as Parameters<typeof terminal.loadAddon>[0])
  terminal.onData(answer)
  return {
    write: (data, done) => terminal.write(data, done),
    // Behind all that is still to be drawn.
    whole: taken => terminal.write('', () => taken(serialize.serialize({ scrollback: SCROLLBACK }))),
    takesPastes: () => terminal.modes.bracketedPasteMode,
    isCovered: told => terminal.write('', () => told(terminal.buffer.active.type === 'alternate')),
    // Behind all that was printed for the size before.
    resize: (newCols, newRows) => terminal.write('', () => terminal.resize(newCols, newRows)),
    close: () => terminal.dispose(),
  }
}

let loaded: ReturnType<typeof load> | undefined

async function load() {
  const [{ Terminal }, { SerializeAddon }] = await Promise.all([
    import('@xterm/headless').then(both),
    import('@xterm/addon-serialize').then(both),
  ])
  const { poolSize } = Buffer
  // While it is loaded, the addon makes a Buffer of its table of widths and reads the table from where the Buffer's memory begins.
  // That is another place, and nonsense, where Node puts the Buffer into memory that it shares with others.
  Buffer.poolSize = 0
  try {
    const { UnicodeGraphemesAddon } = both(await import('@xterm/addon-unicode-graphemes'))
    return { Terminal, SerializeAddon, UnicodeGraphemesAddon }
  } finally {
    Buffer.poolSize = poolSize
  }
}

/** CommonJS that is imported has its names under `default` in Node, and beside it in a bundle. */
const both = <M extends object>(module: M): M => ({ ...module, ...(module as { default?: M }).default })

import { FitAddon } from '@xterm/addon-fit'
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes'
import { type ITheme, Terminal } from '@xterm/xterm'
import type { Drawing } from './connection.ts'
import { tell } from './store.ts'
import { passesKey, pasteSafely, typed } from './terminal-input.ts'

const SCROLLBACK = 5_000
/** A window that is drawn larger has its last size when it has kept it for so long. */
const SETTLE_MS = 100

/** A terminal on the page. */
export interface PageTerminal extends Drawing {
  /** Asks for the screen as it is. */
  begin(): void
  setReader(isForReader: boolean): void
  setLabel(label: string): void
  close(): void
}

interface Options {
  shell: number
  /** The student's window decides about the size; a guest sees that one. */
  setsSize: boolean
  isForReader: boolean
  label: string
}

allowStyles()

/** Puts a terminal into an element. */
export function openTerminal(
  place: HTMLElement,
  { shell, setsSize, isForReader, label }: Options,
): PageTerminal {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const terminal = new Terminal({
    allowProposedApi: true,
    scrollback: SCROLLBACK,
    fontFamily:
      'ui-monospace, "Cascadia Mono", Menlo, "DejaVu Sans Mono", "Noto Sans Mono CJK TC", monospace',
    fontSize: 13,
    lineHeight: 1.15,
    cursorBlink: false,
    minimumContrastRatio: 4.5,
    screenReaderMode: isForReader,
    theme: themeOf(dark.matches),
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(new UnicodeGraphemesAddon())
  terminal.open(place)
  leaveAnswersToTheStudio(terminal)
  terminal.attachCustomKeyEventHandler(event => passesKey(terminal, event))
  const setLabel = (words: string) => terminal.textarea?.setAttribute('aria-label', words)
  setLabel(label)
  const onTheme = () => {
    terminal.options.theme = themeOf(dark.matches)
  }
  dark.addEventListener('change', onTheme)

  let generation = -1
  terminal.onData(data => typed(shell, data))
  terminal.onBinary(data => typed(shell, data))
  pasteSafely(terminal, place)

  // The shell's size comes with its screen: what was printed for one size is drawn at that size.
  let asked = { cols: terminal.cols, rows: terminal.rows }
  const askForSize = () => {
    if (!setsSize || document.visibilityState !== 'visible') return
    const wanted = fit.proposeDimensions()
    if (!wanted || Number.isNaN(wanted.cols) || Number.isNaN(wanted.rows)) return
    const { cols, rows } = wanted
    if (cols === asked.cols && rows === asked.rows) return
    asked = { cols, rows }
    tell({ do: 'size', shell, cols, rows })
  }
  let settling: ReturnType<typeof setTimeout> | undefined
  const observer = new ResizeObserver(() => {
    clearTimeout(settling)
    settling = setTimeout(askForSize, SETTLE_MS)
  })

  return {
    begin() {
      askForSize()
      observer.observe(place)
      tell({ do: 'show-shell', shell })
    },
    screen({ generation: mine, cols, rows, data }) {
      generation = mine
      terminal.reset()
      terminal.resize(cols, rows)
      terminal.write(data)
      asked = { cols, rows }
    },
    output(of, data) {
      if (of !== generation) return
      terminal.write(data, () => {
        tell({ do: 'drawn', shell, generation: of, bytes: data.length })
      })
    },
    setReader(on) {
      terminal.options.screenReaderMode = on
    },
    setLabel,
    close() {
      dark.removeEventListener('change', onTheme)
      observer.disconnect()
      clearTimeout(settling)
      tell({ do: 'hide-shell', shell })
      terminal.dispose()
    },
  }
}

/**
 * Programs ask a terminal what it is and where its cursor stands. The studio's own screen answers, once, however many pages
 * show the shell; were each page to answer, the answers would be typed into the shell.
 */
function leaveAnswersToTheStudio({ parser }: Terminal): void {
  const silent = () => true
  for (const prefix of [undefined, '?', '>', '=']) {
    parser.registerCsiHandler({ ...(prefix && { prefix }), final: 'c' }, silent)
    parser.registerCsiHandler({ ...(prefix && { prefix }), final: 'n' }, silent)
  }
  parser.registerCsiHandler({ intermediates: '$', final: 'p' }, silent)
  parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, silent)
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silent)
  for (const color of [4, 10, 11, 12]) parser.registerOscHandler(color, data => data.includes('?'))
}

/**
 * The page's policy obeys only <style> elements that carry its nonce, and no style attributes. xterm.js makes both: the
 * elements are given the nonce, and what it writes as an attribute is set the way that policies allow to scripts.
 */
function allowStyles(): void {
  const nonce = document.querySelector<HTMLElement>('link[nonce]')?.nonce
  if (!nonce) return
  const create = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options)
    if (name === 'style') element.nonce = nonce
    return element
  }) as typeof document.createElement
  const setAttribute = Element.prototype.setAttribute
  Element.prototype.setAttribute = function (name, value) {
    if (name === 'style' && this instanceof HTMLElement) this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
}

const themeOf = (isDark: boolean): ITheme =>
  isDark
    ? { background: '#14181d', foreground: '#dde3ea', cursor: '#8ab4f8', selectionBackground: '#33507a' }
    : {
        ...{ background: '#fbfbf9', foreground: '#1f2730', cursor: '#1b5fb4', cursorAccent: '#fbfbf9' },
        ...{ selectionBackground: '#bcd6f5', black: '#1f2730', red: '#a8201a', green: '#1d6b2f' },
        ...{ yellow: '#7a5600', blue: '#1b5fb4', magenta: '#7c2d92', cyan: '#0b6b76', white: '#59636e' },
        ...{ brightBlack: '#59636e', brightRed: '#c0352d', brightGreen: '#27803b', brightYellow: '#8c6500' },
        ...{ brightBlue: '#2b74cf', brightMagenta: '#9440ad', brightCyan: '#157f8c', brightWhite: '#14181d' },
      }

import { spawn } from 'node:child_process'

/**
 * Asks the desktop to open an address. Where there is no desktop, or no browser, nothing happens: the address was printed.
 */
export function openInBrowser(address: string): void {
  const [program, ...words] = opener(address) ?? []
  if (program === undefined) return
  const child = spawn(program, words, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

function opener(address: string): string[] | undefined {
  if (process.platform === 'darwin') return ['open', address]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address]
  const hasDesktop = process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  return hasDesktop ? ['xdg-open', address] : undefined
}

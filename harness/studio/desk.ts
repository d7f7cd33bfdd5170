import { text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { FromPage, ToPage } from '../studio-page/protocol.ts'
import type { Page } from './page.ts'
import type { Shell } from './shell.ts'
import { Shells } from './shells.ts'
import { Typing } from './typing.ts'

/** The shells of a studio, and what pages may do with them. What only the student may be told, pages of guests pass over. */
export class Desk {
  readonly shells: Shells
  readonly #typing: Typing<Page>
  readonly #say: (message: ToPage) => void

  constructor(inventory: Inventory, say: (message: ToPage) => void) {
    const tell = () => say(this.#states())
    this.#say = say
    this.#typing = new Typing(tell)
    this.shells = new Shells(inventory, tell)
  }

  /** Tells a page that has come what there is. */
  greet(page: Page): void {
    page.say(this.#states())
    for (const ask of this.#typing.asks) page.say({ say: 'guest-asks', ...ask })
  }

  leave(page: Page): void {
    for (const shell of this.shells.all) void shell.hide(page)
    for (const ask of this.#typing.leave(page)) this.#say({ say: 'asks-gone', ask })
  }

  /** What everybody may do: look. True if it was that. */
  async doForAll(page: Page, message: FromPage): Promise<boolean> {
    const shell = this.#shellOf(message)
    if (message.do === 'show-shell') await shell?.show(page)
    else if (message.do === 'hide-shell') await shell?.hide(page)
    else if (message.do === 'drawn') await shell?.drawn(page, message.generation, message.bytes)
    else return false
    return true
  }

  doForStudent(page: Page, message: FromPage): void {
    const shell = this.#shellOf(message)
    if (message.do === 'open-shell') this.#open(page, message)
    if (message.do === 'reopen-shell') void shell?.open()
    if (message.do === 'close-shell' && shell) this.shells.end(shell.id)
    if (message.do === 'type') shell?.type(String(message.data))
    if (message.do === 'type-command') void this.#typeCommand(page, message)
    if (message.do === 'size') shell?.resize(message.cols, message.rows)
    if (message.do === 'stop-guest') this.#typing.stop(message.shell)
    if (message.do !== 'answer') return
    const asked = this.#typing.answer(message.ask, message.yes === true)
    asked?.guest.say({ say: 'answered', shell: asked.shell, yes: message.yes })
    this.#say({ say: 'asks-gone', ask: message.ask })
  }

  doForGuest(page: Page, message: FromPage): void {
    const shell = this.#shellOf(message)
    if (!shell) return
    if (message.do === 'type' && this.#typing.mayType(page, shell.id)) shell.type(String(message.data))
    if (message.do === 'stop-guest' && this.#typing.mayType(page, shell.id)) this.#typing.stop(shell.id)
    if (message.do !== 'ask-to-type') return
    const ask = this.#typing.ask(page, shell.id)
    this.#say({ say: 'guest-asks', ask, name: page.name, shell: shell.id })
  }

  async close(): Promise<void> {
    this.#typing.close()
    await this.shells.close()
  }

  #shellOf(message: FromPage): Shell | undefined {
    return 'shell' in message ? this.shells.get(message.shell) : undefined
  }

  #states(): ToPage {
    return { say: 'shells', shells: this.shells.states(shell => this.#typing.whoTypes(shell)) }
  }

  async #typeCommand(
    page: Page,
    { shell, command, runs }: Extract<FromPage, { do: 'type-command' }>,
  ): Promise<void> {
    const isTyped = await this.shells.get(shell)?.typeCommand(String(command), runs)
    this.#tellTyped(page, shell, { isTyped: isTyped === true, runs })
  }

  #open(page: Page, { node, netns, command, runs }: Extract<FromPage, { do: 'open-shell' }>): void {
    const shell = this.shells.open({ node, ...(netns && { netns }) })
    if (!shell) {
      page.say({ say: 'sorry', words: text('No more shells can be opened.', '無法再開更多 shell。') })
      return
    }
    if (command)
      shell.typeWhenOpen(command, runs === true, isTyped =>
        this.#tellTyped(page, shell.id, { isTyped, runs: runs === true }),
      )
    page.say({ say: 'opened', shell: shell.id })
  }

  #tellTyped(page: Page, shell: number, { isTyped, runs }: { isTyped: boolean; runs: boolean }): void {
    if (!isTyped) page.say({ say: 'sorry', words: AT_ONCE })
    else if (!runs) page.say({ say: 'typed', shell })
  }
}

const AT_ONCE = text(
  'These are several lines, and this shell would run each of them at once: it shows no prompt now. End what runs in it, or copy the lines.',
  '這裡有好幾行，而這個 shell 現在沒有提示字元，貼上後會馬上逐行執行。請先結束裡面正在執行的程式，或自行複製這幾行。',
)

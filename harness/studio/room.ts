import type { WebSocket } from 'ws'
import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { LiveEvent, LiveLesson } from '../live/live.ts'
import type { FromPage, Model, Role, ShellState, ToPage } from '../studio-page/protocol.ts'
import type { AppOptions } from './app.ts'
import { stageHeads, statesOf } from './claim-state.ts'
import { flippedOf } from './flip-words.ts'
import { follow } from './follow.ts'
import { downloadsOf, packetsSaid } from './kept.ts'
import { lessonText } from './lesson-text.ts'
import { MapView } from './map-view.ts'
import { Page } from './page.ts'
import { Shells } from './shells.ts'
import type { StudioRequest } from './studio.ts'
import { Typing } from './typing.ts'

/** What was told last is there for a page that comes later. */
const FLIPS_KEPT = 30

/** All who look on at one lesson: says to every page what happens, and does what pages ask for. */
export class Room {
  readonly downloads: NonNullable<AppOptions['downloads']>
  readonly #request: StudioRequest
  readonly #chapters: ReturnType<typeof lessonText>
  readonly #pages = new Set<Page>()
  readonly #shells: Shells
  readonly #typing: Typing<Page>
  readonly #opened: Map<string, number>
  readonly #flips: ToPage[] = []
  readonly #netns = new Map<string, string[]>()
  #live: LiveLesson | undefined
  #map: MapView | undefined
  #stopListening = () => {}
  readonly #ended = new AbortController()
  #trail: Extract<ToPage, { say: 'trail' }> | undefined
  #whyNot: Text | undefined
  #saidSorry = ''
  #isClosed = false

  constructor(request: StudioRequest) {
    this.#request = request
    this.#opened = new Map(request.remember?.opened)
    this.downloads = downloadsOf(request, lang => this.#map?.svg(lang))
    this.#chapters = lessonText(request.lesson)
    this.#chapters.catch(() => undefined)
    const tellShells = () => this.#say({ say: 'shells', shells: this.#shellStates() })
    this.#typing = new Typing(tellShells)
    this.#shells = new Shells(request.inventory, tellShells)
    request.live.then(
      live => this.#begin(live),
      thrown => {
        this.#whyNot = thrown instanceof CannotLook ? thrown.reason : text(String(thrown), String(thrown))
        this.#say({ say: 'sorry', words: this.#whyNot })
      },
    )
  }

  /** A page is there; it is told all that is known. */
  enter(socket: WebSocket, role: Role): void {
    const page = new Page(socket, role, id => this.#shells.get(id) ?? { cols: 80, rows: 24 })
    this.#pages.add(page)
    page.onMessage(message => void this.#do(page, message))
    page.onGone(() => this.#leave(page))
    void this.#greet(page)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#ended.abort()
    this.#stopListening()
    this.#map?.close()
    this.#typing.close()
    await this.#shells.close()
  }

  async #greet(page: Page): Promise<void> {
    page.say({ say: 'model', model: await this.#model(page.role) })
    page.say({ say: 'shells', shells: this.#shellStates() })
    if (this.#live) {
      page.say(this.#claims(this.#live))
      page.say(this.#nodes(this.#live))
    }
    if (this.#map?.seen) page.say({ say: 'map', ...this.#map.seen })
    if (this.#trail) page.say(this.#trail)
    if (this.#whyNot) page.say({ say: 'sorry', words: this.#whyNot })
    for (const flip of this.#flips) page.say(flip)
    if (page.role === 'student') for (const ask of this.#typing.asks) page.say({ say: 'guest-asks', ...ask })
    this.#tellGuests()
  }

  async #model(role: Role): Promise<Model> {
    const { lesson, lang, inventory } = this.#request
    return {
      lesson: { id: lesson.id, title: lesson.title },
      lab: inventory.name,
      lang,
      role,
      stages: stageHeads(lesson),
      chapters: await this.#chapters,
      nodes: this.#shells.nodes,
    }
  }

  #leave(page: Page): void {
    this.#pages.delete(page)
    for (const shell of this.#shells.all) void shell.hide(page)
    for (const ask of this.#typing.leave(page)) this.#say({ say: 'asks-gone', ask })
    if (page.role === 'guest') this.#tellGuests()
  }

  #begin(live: LiveLesson): void {
    if (this.#isClosed) return
    this.#live = live
    this.#stopListening = live.on(event => this.#tell(live, event))
    this.#say(this.#claims(live))
    this.#say(this.#nodes(live))
    void this.#lookForNamespaces(live)
    this.#map = new MapView(live, seen => this.#say({ say: 'map', ...seen }))
    this.#map.changed()
  }

  #tell(live: LiveLesson, event: LiveEvent): void {
    if (event.kind === 'judging') this.#say({ say: 'judging', claims: [...event.claims] })
    if (event.kind === 'node') this.#say(this.#nodes(live))
    if (event.kind === 'changed') {
      const changes = event.changes.map(({ node, words, atMs }) => ({ node, words, atMs }))
      this.#say({ say: 'changed', changes })
      this.#map?.changed()
      if (event.changes.some(({ source }) => source === 'kernel')) void this.#lookForNamespaces(live)
    }
    if (event.kind !== 'judged') return
    this.#say(this.#claims(live))
    this.#map?.changed()
    this.#sorry(this.#request.remember?.happened(live))
    const flipped = flippedOf(this.#request.lesson, event.flips, event.causes, event.atMs)
    if (!flipped) return
    const told: ToPage = { say: 'flipped', flipped }
    this.#flips.push(told)
    this.#flips.splice(0, this.#flips.length - FLIPS_KEPT)
    this.#say(told)
  }

  /** Where a shell may be: what the judges know of the kernels is asked for, and nothing else. */
  async #lookForNamespaces(live: LiveLesson): Promise<void> {
    await Promise.all(
      this.#shells.nodes.map(async node => {
        const facts = await live.looker.look({ look: 'kernel', node }).catch(() => undefined)
        if (!facts) return
        const names = Object.keys(facts.netns)
          .filter(name => !facts.netnsOfNode?.includes(name))
          .sort()
        if (names.join('/') === this.#netns.get(node)?.join('/')) return
        this.#netns.set(node, names)
        this.#say(this.#nodes(live))
      }),
    )
  }

  #nodes({ nodes }: LiveLesson): ToPage {
    const states = nodes.map(state => ({ ...state, netns: this.#netns.get(state.node) ?? [] }))
    return { say: 'nodes', nodes: states }
  }

  #claims({ lesson, judgements }: LiveLesson): ToPage {
    return { say: 'claims', ...statesOf(lesson, judgements, id => this.#opened.get(id) ?? 0) }
  }

  #shellStates(): ShellState[] {
    return this.#shells.states(shell => this.#typing.whoTypes(shell))
  }

  #say(message: ToPage): void {
    for (const page of this.#pages) page.say(message)
  }

  /** That something could not be kept is said once. */
  #sorry(words: Text | undefined): void {
    if (!words || words.en === this.#saidSorry) return
    this.#saidSorry = words.en
    this.#sayStudent({ say: 'sorry', words })
  }

  #sayStudent(message: ToPage): void {
    for (const page of this.#pages) if (page.role === 'student') page.say(message)
  }

  #tellGuests(): void {
    const guests = [...this.#pages].filter(({ role }) => role === 'guest')
    this.#sayStudent({ say: 'guests', names: guests.map(({ name }) => name) })
  }

  async #do(page: Page, message: FromPage): Promise<void> {
    if (message.do === 'show-shell') await this.#shells.get(message.shell)?.show(page)
    else if (message.do === 'hide-shell') await this.#shells.get(message.shell)?.hide(page)
    else if (message.do === 'drawn')
      await this.#shells.get(message.shell)?.drawn(page, message.generation, message.bytes)
    else if (message.do === 'packets') this.#packets(page)
    else if (page.role === 'student') this.#doForStudent(page, message)
    else this.#doForGuest(page, message)
  }

  #doForStudent(page: Page, message: FromPage): void {
    const shell = 'shell' in message ? this.#shells.get(message.shell) : undefined
    if (message.do === 'open-shell') this.#open(page, message)
    if (message.do === 'reopen-shell') void shell?.open()
    if (message.do === 'close-shell' && shell) this.#shells.end(shell.id)
    if (message.do === 'type') shell?.type(message.data)
    if (message.do === 'type-command') void this.#typeCommand(page, message)
    if (message.do === 'size') shell?.resize(message.cols, message.rows)
    if (message.do === 'again') this.#live?.again()
    if (message.do === 'probe') void this.#probe(message)
    if (message.do === 'stop-guest') this.#typing.stop(message.shell)
    if (message.do === 'hint' && this.#live) {
      const steps = (this.#opened.get(message.claim) ?? 0) + 1
      this.#opened.set(message.claim, steps)
      this.#say(this.#claims(this.#live))
      this.#sorry(this.#request.remember?.opensHint(message.claim, steps))
    }
    if (message.do !== 'answer') return
    const asked = this.#typing.answer(message.ask, message.yes)
    asked?.guest.say({ say: 'answered', shell: asked.shell, yes: message.yes })
    this.#sayStudent({ say: 'asks-gone', ask: message.ask })
  }

  #doForGuest(page: Page, message: FromPage): void {
    if (message.do === 'type' && this.#typing.mayType(page, message.shell))
      this.#shells.get(message.shell)?.type(message.data)
    if (message.do === 'stop-guest' && this.#typing.mayType(page, message.shell))
      this.#typing.stop(message.shell)
    if (message.do !== 'ask-to-type' || !this.#shells.get(message.shell)) return
    page.name = String(message.name).slice(0, 60).trim()
    const ask = this.#typing.ask(page, message.shell)
    this.#sayStudent({ say: 'guest-asks', ask, name: page.name, shell: message.shell })
    this.#tellGuests()
  }

  #packets(page: Page): void {
    const packets = packetsSaid(this.#request.kept)
    if (packets) page.say(packets)
  }

  /** One packet at a time: two would be heard by each other's captures, and a second press means the first. */
  async #probe({ from, to }: Extract<FromPage, { do: 'probe' }>): Promise<void> {
    if (!this.#live || (this.#trail && !this.#trail.trail && !this.#trail.sorry)) return
    this.#trail = { say: 'trail', from, to }
    this.#say(this.#trail)
    this.#trail = { say: 'trail', from, to, ...(await follow(this.#live, { from, to }, this.#ended.signal)) }
    this.#say(this.#trail)
    const packets = packetsSaid(this.#request.kept)
    if (packets) this.#say(packets)
  }

  async #typeCommand(page: Page, { shell, command, runs }: Extract<FromPage, { do: 'type-command' }>) {
    if (await this.#shells.get(shell)?.typeCommand(command, runs)) return
    page.say({ say: 'sorry', words: AT_ONCE })
  }

  #open(page: Page, { node, netns, command, runs }: Extract<FromPage, { do: 'open-shell' }>): void {
    const shell = this.#shells.open({ node, ...(netns && { netns }) })
    if (!shell) {
      page.say({ say: 'sorry', words: text('No more shells can be opened.', '無法再開更多 shell。') })
      return
    }
    if (command) shell.typeWhenOpen(command, runs === true)
    page.say({ say: 'opened', shell: shell.id })
  }
}

const AT_ONCE = text(
  'These are several lines, and this shell would run each of them at once: it shows no prompt now. End what runs in it, or copy the lines.',
  '這裡有好幾行，而這個 shell 現在沒有提示字元，貼上後會馬上逐行執行。請先結束裡面正在執行的程式，或自行複製。',
)

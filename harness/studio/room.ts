import type { WebSocket } from 'ws'
import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { LiveEvent, LiveLesson } from '../live/live.ts'
import type { FromPage, Model, Role, ToPage } from '../studio-page/protocol.ts'
import { defect } from '../tell/wording.ts'
import type { AppOptions } from './app.ts'
import { Checkpoints } from './checkpoints.ts'
import { stageHeads, statesOf } from './claim-state.ts'
import { Desk } from './desk.ts'
import { flippedOf } from './flip-words.ts'
import { downloadsOf, packetsSaid } from './kept.ts'
import { lessonText } from './lesson-text.ts'
import { MapView } from './map-view.ts'
import { Page } from './page.ts'
import { Probing } from './probing.ts'
import type { StudioRequest } from './studio.ts'

/** What was told last is there for a page that comes later. */
const FLIPS_KEPT = 30

/** All who look on at one lesson: says to every page what happens, and does what pages ask for. */
export class Room {
  readonly downloads: NonNullable<AppOptions['downloads']>
  readonly #request: StudioRequest
  readonly #chapters: ReturnType<typeof lessonText>
  readonly #pages = new Set<Page>()
  readonly #desk: Desk
  readonly #opened: Map<string, number>
  readonly #flips: ToPage[] = []
  readonly #netns = new Map<string, string[]>()
  readonly #checkpoints: Checkpoints | undefined
  #live: LiveLesson | undefined
  #map: MapView | undefined
  #stopListening = () => {}
  readonly #ended = new AbortController()
  readonly #probing = new Probing(message => this.#say(message))
  #whyNot: Text | undefined
  #saidSorry = ''
  #isClosed = false

  constructor(request: StudioRequest) {
    this.#request = request
    this.#opened = new Map(request.remember?.opened)
    this.downloads = downloadsOf(request, lang => this.#map?.svg(lang))
    this.#chapters = lessonText(request.lesson)
    this.#chapters.catch(() => undefined)
    const { checkpoints } = request
    const stages = request.lesson.stages.map(({ id }) => id)
    this.#checkpoints =
      checkpoints && new Checkpoints(checkpoints, stages, message => this.#sayStudent(message))
    this.#desk = new Desk(request.inventory, message => this.#say(message))
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
    const page = new Page(socket, role, id => this.#desk.shells.get(id) ?? { cols: 80, rows: 24 })
    this.#pages.add(page)
    page.onMessage(message => void this.#do(page, message).catch(this.#onDefect))
    page.onGone(() => this.#leave(page))
    void this.#greet(page)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#ended.abort()
    this.#stopListening()
    this.#map?.close()
    await this.#desk.close()
  }

  async #greet(page: Page): Promise<void> {
    page.say({ say: 'model', model: await this.#model(page.role) })
    this.#desk.greet(page)
    if (this.#live) {
      page.say(this.#claims(this.#live))
      page.say(this.#nodes(this.#live))
    }
    if (this.#map?.seen) page.say({ say: 'map', ...this.#map.seen })
    if (this.#probing.told) page.say(this.#probing.told)
    if (this.#whyNot) page.say({ say: 'sorry', words: this.#whyNot })
    for (const flip of this.#flips) page.say(flip)
    if (this.#checkpoints) page.say(this.#checkpoints.told())
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
      nodes: this.#desk.shells.nodes,
    }
  }

  #leave(page: Page): void {
    this.#pages.delete(page)
    this.#desk.leave(page)
    if (page.role === 'guest') this.#tellGuests()
  }

  #begin(live: LiveLesson): void {
    this.#request.answers?.onTried(() => this.#say(this.#claims(live)))
    if (this.#isClosed) return
    this.#live = live
    this.#stopListening = live.on(event => this.#tell(live, event))
    this.#say(this.#claims(live))
    this.#say(this.#nodes(live))
    void this.#lookForNamespaces(live)
    this.#map = new MapView(live, seen => this.#say({ say: 'map', ...seen }), this.#onDefect)
    this.#map.changed()
  }

  #tell(live: LiveLesson, event: LiveEvent): void {
    this.#probing.heard(event)
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
      this.#desk.shells.nodes.map(async node => {
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
    return {
      say: 'claims',
      ...statesOf(lesson, judgements, id => this.#opened.get(id) ?? 0, this.#request.answers),
    }
  }

  #say(message: ToPage): void {
    for (const page of this.#pages) page.say(message)
  }

  /** The page goes on; the stack is for the report of the defect. */
  readonly #onDefect = (thrown: unknown): void => {
    console.error(thrown)
    this.#sorry(defect)
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
    if (await this.#desk.doForAll(page, message)) return
    if (message.do === 'ask-to-type' && page.role === 'guest') {
      page.name = String(message.name).slice(0, 60).trim()
      this.#tellGuests()
    }
    if (message.do === 'are-you-here') page.say({ say: 'here' })
    else if (message.do === 'packets') this.#packets(page)
    else if (page.role === 'student') this.#doForStudent(page, message)
    else this.#desk.doForGuest(page, message)
  }

  #doForStudent(page: Page, message: FromPage): void {
    if (message.do === 'again') this.#live?.again()
    else if (message.do === 'probe') void this.#probe(message).catch(this.#onDefect)
    else if (message.do === 'counters')
      void this.#map?.counters().then(told => this.#say(told), this.#onDefect)
    else if (message.do === 'hint') this.#openHint(message.claim)
    else if (
      message.do === 'save-checkpoint' ||
      message.do === 'restore-checkpoint' ||
      message.do === 'solve-stage'
    )
      void this.#checkpoints?.do(message).catch(this.#onDefect)
    else this.#desk.doForStudent(page, message)
  }

  #openHint(claim: string): void {
    if (!this.#live) return
    const steps = (this.#opened.get(claim) ?? 0) + 1
    this.#opened.set(claim, steps)
    this.#say(this.#claims(this.#live))
    this.#sorry(this.#request.remember?.opensHint(claim, steps))
  }

  #packets(page: Page): void {
    const packets = packetsSaid(this.#request.kept)
    if (packets) page.say(packets)
  }

  async #probe(asked: Extract<FromPage, { do: 'probe' }>): Promise<void> {
    if (!this.#live || !(await this.#probing.send(asked, this.#live, this.#ended.signal))) return
    const packets = packetsSaid(this.#request.kept)
    if (packets) this.#say(packets)
  }
}

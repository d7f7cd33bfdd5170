import { describe, expect, it } from 'vitest'
import type {
  ConnectionHeard,
  DatabaseSessionHeard,
  KernelFacts,
  PageCaptureHeard,
  PageSeen,
  Wires,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { WIRES } from '../../harness/look/traffic.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { type Node, recordedIn } from '../testing/recorded.ts'
import { servingRows } from './serving.ts'

const { found, labWith } = recordedIn('day-06/recordings/mapping.json')
const web = servingRows({
  server: { node: 'controller', netns: 'ns1', address: '192.168.10.100', prefixLength: 24 },
  browser: { node: 'hypervisor', netns: 'ns2', address: '192.168.10.200', prefixLength: 24 },
  port: 80,
  link: 'eth2',
  table: { database: 'shop', user: 'clerk', table: 'orders', columns: ['customer', 'item'] },
})

const connection: ConnectionHeard = {
  ...{ client: '192.168.10.1', server: '192.168.10.100', isTunnelled: false },
  ...{
    isAnswered: true,
    isReset: false,
    saidBytes: { asked: 3200, answered: 9000 },
    largestBytes: { asked: 1500, answered: 1500 },
  },
}
const session: DatabaseSessionHeard = {
  ...{ ...connection, client: '192.168.10.100', server: '192.168.10.1' },
  ...{ user: 'web', hasAsked: true, rows: 81, rowsShown: 81, hasFresh: true },
}
const capture = (link: string, more: Partial<PageCaptureHeard> = {}): PageCaptureHeard => ({
  ...{ node: 'controller', link, droppedByKernel: 0, packetsTotal: 40, markedFrames: 2 },
  ...{ web: [connection], database: [session] },
  ...more,
})

interface Evidence {
  seen: PageSeen
  captures: Record<'inside' | 'physical' | 'underlay' | 'wire', PageCaptureHeard>
  wires?: Wires
}
type Edit = (evidence: Evidence) => void

/** A page as it came on one of our own labs, with what the edits make of it. */
function served(...edits: Edit[]): Lab {
  const evidence: Evidence = {
    seen: {
      ...{ fresh: 'fresh1', holdsFresh: true, status: 200, bytes: 9000, captures: [] },
      listening: { inside: ['*:80'], node: ['0.0.0.0:22'] },
    },
    captures: {
      inside: capture('eth0', { netns: 'ns1' }),
      physical: capture('eth2'),
      underlay: capture('eth1', { markedFrames: 0, web: [], database: [], heardMarker: true }),
      wire: capture('controller-eth2', { node: WIRES, wireOf: { node: 'controller', link: 'eth2' } }),
    },
    wires: { ports: { controller: { eth2: 'controller-eth2' } }, markers: [] },
  }
  for (const edit of edits) edit(evidence)
  const { seen, captures, wires } = evidence
  const { inside, physical, underlay, wire } = captures
  const came = seen.complaint === undefined ? [inside, physical, underlay, ...(wires ? [wire] : [])] : []
  const answers = labWith(request =>
    request.look === 'kernel'
      ? found<KernelFacts>('kernel', request.node as Node)
      : request.look === 'page'
        ? { ...seen, captures: came }
        : undefined,
  )
  const lab = Object.create(answers, { wires: { value: wires } }) as Lab
  // What is private of a Lab is its own: a noun is asked of the one that has it.
  for (const noun of ['page', 'kernel', 'stack'] as const)
    Object.defineProperty(lab, noun, { value: answers[noun].bind(answers) })
  Object.defineProperty(lab, 'topology', { value: answers.topology })
  return lab
}
const without =
  (what: 'web' | 'database', ...where: (keyof Evidence['captures'])[]): Edit =>
  ({ captures }) => {
    for (const at of where) captures[at][what] = []
  }
const refused =
  (inside: string[], node: string[] = []): Edit =>
  ({ seen }) =>
    void Object.assign(seen, { complaint: 'refused', status: undefined, listening: { inside, node } })
const elsewhere: Edit = evidence => {
  delete evidence.wires
  delete evidence.seen.fresh
  delete evidence.seen.holdsFresh
}
const NS1 = 'controller · netns ns1'

describe('a page with rows of a database', () => {
  it.each(Object.entries(web))('holds: %s', async (_, claim) => {
    await expect(claim()(served())).resolves.toBeUndefined()
    await expect(claim()(served(elsewhere))).resolves.toBeUndefined()
  })

  it.each([
    ['on its own machine only', ['127.0.0.1:80'], [], 'the server in ns1 listens on 127.0.0.1:80 only'],
    [
      'for IPv6 alone',
      ['[::]:80'],
      [],
      'the server in ns1 listens on [::]:80 only, for IPv6 alone, and 192.168.10.100 is an address of IPv4',
    ],
    ['on another port', ['*:8080'], [], 'nothing in ns1 listens on TCP port 80, only on 8080'],
    [
      'outside of the namespace',
      [],
      ['*:80'],
      'on controller itself, outside of the namespace, a server does',
    ],
    ['nowhere', [], [], 'nothing in ns1 listens on TCP port 80'],
  ])('does not come where the server listens %s', async (_, inside, node, words) => {
    const { where, saw } = await unmet(web.servesPage()(served(refused(inside, node))))
    expect(where).toBe(NS1)
    expect(saw.en).toContain(words)
  })

  it('is none that another machine has sent, or an error', async () => {
    expect((await unmet(web.servesPage()(served(without('web', 'inside'))))).where).toBe(NS1)
    const error: Edit = ({ seen }) => {
      seen.status = 404
    }
    expect((await unmet(web.servesPage()(served(error)))).saw.en).toContain('HTTP 404')
    const sent: Edit = ({ seen }) =>
      void Object.assign(seen, { status: 302, location: 'https://192.168.10.100/' })
    expect((await unmet(web.servesPage()(served(sent)))).saw.en).toContain('sends browsers on to https:')
  })

  it('is listened for by a program in the namespace, at whatever port', async () => {
    await expect(web.listens()(served(refused(['127.0.0.1:80'])))).resolves.toBeUndefined()
    expect((await unmet(web.listens()(served(refused([]))))).where).toBe(NS1)
  })
})

describe('the rows of a page', () => {
  it('are not the database’s where they stay inside the node, or come by no wire', async () => {
    const local = served(without('database', 'physical', 'wire'))
    expect((await unmet(web.asksDatabase()(local))).where).toBe('controller · eth2')
    const forged = served(without('database', 'wire'))
    expect((await unmet(web.asksDatabase()(forged))).where).toBe('controller · eth2 · wire')
  })

  it.each<[string, Partial<DatabaseSessionHeard>, string]>([
    ['what the database complains of', { complaint: 'no pg_hba.conf entry' }, 'no pg_hba.conf entry'],
    ['that it refuses', { isReset: true, isAnswered: false }, 'refuses TCP port 5432'],
    ['that it was never asked', { hasAsked: false }, 'no rows'],
  ])('are missing, and the check tells %s', async (_, more, words) => {
    const lab = served(({ captures }) => {
      captures.inside.database = [{ ...session, rows: 0, ...more }]
    })
    expect((await unmet(web.asksDatabase()(lab))).saw.en).toContain(words)
  })

  it('cannot be looked at where the session is encrypted', async () => {
    const lab = served(({ captures }) => {
      captures.inside.database = [{ ...session, isEncrypted: true, hasAsked: false, rows: 0 }]
    })
    expect((await blind(web.asksDatabase()(lab))).where).toBe(NS1)
  })

  it('are old where the page lacks the one that was just put in', async () => {
    const old: Edit = ({ seen }) => {
      seen.holdsFresh = false
    }
    expect((await unmet(web.showsRows()(served(old)))).saw.en).toContain('has sent that row')
  })

  it('are not those of the endpoint where it was sent others than the page shows', async () => {
    const decoy = served(({ captures }) => {
      captures.inside.database = [{ ...session, rows: 1, rowsShown: 0, hasFresh: false }]
    })
    expect((await unmet(web.showsRows()(decoy))).saw.en).toContain('has not sent it to ns1')
  })

  it('are a part of the table, or of another one, where the new row was not sent', async () => {
    const part = served(({ seen, captures }) => {
      captures.inside.database = [{ ...session, rows: 1, rowsShown: 1, hasFresh: false }]
      seen.holdsFresh = false
    })
    expect((await unmet(web.showsRows()(part))).saw.en).toContain(
      'has sent 1 row, and that row is not among them',
    )
  })

  it('are compared with what came from the database where nobody can put one in', async () => {
    const lab = served(elsewhere, ({ captures }) => {
      captures.inside.database = [{ ...session, rowsShown: 3 }]
    })
    expect((await unmet(web.showsRows()(lab))).saw.en).toBe(
      '81 rows came from the database, and the page shows 3 of them',
    )
  })
})

describe('the connections of a page', () => {
  it('do not cross plain where a frame of them is on the underlay', async () => {
    const tunnelled = served(({ captures }) => {
      captures.underlay.markedFrames = 1
    })
    expect((await unmet(web.pageCrossesPlain()(tunnelled))).where).toBe('controller · eth1')
    const missing = served(without('web', 'physical'))
    expect((await unmet(web.pageCrossesPlain()(missing))).where).toBe('controller · eth2')
  })

  it('are not known to be absent from an underlay that nobody heard anything on', async () => {
    const deaf = served(({ captures }) => {
      captures.underlay.heardMarker = false
    })
    expect((await blind(web.pageCrossesPlain()(deaf))).where).toBe('controller · eth1')
    const lost = served(({ captures }) => {
      captures.underlay.droppedByKernel = 3
    })
    expect((await blind(web.pageCrossesPlain()(lost))).where).toBe('controller · eth1')
  })

  it('have full packets both ways, or a page that is too small to know', async () => {
    const small = (way: 'asked' | 'answered', bytes = 9000): Lab =>
      served(({ seen, captures }) => {
        const of = (one: ConnectionHeard, which: string) => ({
          ...one,
          largestBytes: { ...one.largestBytes, [which]: 576 },
        })
        const other = way === 'asked' ? 'answered' : 'asked'
        captures.physical.web = [of(connection, way)]
        captures.physical.database = [{ ...session, ...of(session, other) }]
        seen.bytes = bytes
      })
    expect((await unmet(web.fillsPackets()(small('asked')))).saw.en).toContain('to ns1: 576 bytes')
    expect((await unmet(web.fillsPackets()(small('answered')))).saw.en).toContain('from ns1: 576 bytes')
    expect((await blind(web.fillsPackets()(small('answered', 400)))).where).toBe(NS1)
  })
})

import type { Capture } from '../capture/capture.ts'
import type { KeptFrames } from '../capture/kept-frames.ts'
import { step } from '../core/steps.ts'
import type { Places } from '../inventory/inventory.ts'
import type { Request } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import type { Databases } from './databases.ts'
import { diagnose } from './diagnose.ts'
import { lookAtKernel } from './kernel.ts'
import { fetchPage } from './page.ts'
import type { Pace } from './ping.ts'
import type { Silence } from './silence.ts'
import { makeTraffic } from './traffic.ts'

/** What a look is taken with. */
export interface Means {
  databases: Databases
  machineOf: (node: string) => Promise<Machine>
  places: Readonly<Record<string, Places>>
  /** Captures that are open, for whoever must end them early. */
  captures: Set<Capture>
  /** Keeps experiments apart that must not hear each other. */
  silence: Silence
  /** Gets every frame that captures hear; without it none is kept. */
  kept?: KeptFrames
  /** Of the first look at pings: the usual one unless told. */
  pace?: Pace
}

/** Looks at machines, now. Rejects with CannotLook. */
export const lookAt = (request: Request, means: Means): Promise<unknown> =>
  step(`look ${request.look}`, () => lookBy(request, means))

async function lookBy(
  request: Request,
  { databases, machineOf, places, captures, silence, kept, pace }: Means,
): Promise<unknown> {
  if (request.look === 'database') return databases.tables(request.node, request.database)
  if (request.look === 'kernel') return lookAtKernel(await machineOf(request.node))
  if (request.look !== 'traffic' && request.look !== 'page')
    return diagnose(await machineOf(request.node), request, places[request.node])
  const mine: Capture[] = []
  const onOpen = (capture: Capture) => {
    mine.push(capture)
    captures.add(capture)
  }
  const isSilent = request.look === 'traffic' && (request.apartMs ?? 0) > 0
  try {
    return await silence.around<unknown>(isSilent, () =>
      request.look === 'page'
        ? fetchPage(request, machineOf, onOpen)
        : makeTraffic(request, machineOf, places, onOpen, kept, pace),
    )
  } finally {
    for (const capture of mine) captures.delete(capture)
  }
}

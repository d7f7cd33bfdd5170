import { setTimeout as pause } from 'node:timers/promises'
import { patient } from '../core/patience.ts'
import type { CarriedFlow } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { toolCommand } from './tools.ts'
import { vswitchdOf } from './unixctl.ts'

/** A daemon that hangs is asked no longer. */
const ANSWER_SECONDS = 3
const DEADLINE_MS = 5_000
/** Several within the time a flow may be idle before it is taken away (other_config:max-idle, 10 s unless told). */
const BETWEEN_DUMPS_MS = 2_500

/** What is carried while an experiment is made; told at its end, which must be asked for. */
export interface Carrying {
  end(): Promise<{ flows: CarriedFlow[]; lookups: number; joinsNoPieces?: true } | undefined>
}

/** Watches what a datapath carries from now on: flows are gone some seconds after their last packet, an experiment may take longer. */
export async function watchCarried(
  dump: () => Promise<string | undefined>,
  betweenMs = BETWEEN_DUMPS_MS,
): Promise<Carrying> {
  const over = new AbortController()
  const flows = new Map<string, CarriedFlow>()
  const first = await dump()
  let last = first
  const watch = async () => {
    while (last !== undefined) {
      await pause(betweenMs, undefined, { signal: over.signal }).catch(() => undefined)
      const next = await dump()
      if (next !== undefined)
        for (const flow of carriedBetween(last, next)) flows.set(JSON.stringify(flow), flow)
      last = next
      if (over.signal.aborted) break
    }
    if (first === undefined || last === undefined) return undefined
    return {
      flows: [...flows.values()],
      lookups: lookupsIn(last) - lookupsIn(first),
      ...(joinsNoPieces(last) && { joinsNoPieces: true as const }),
    }
  }
  const watching = watch()
  return {
    end: () => {
      over.abort()
      return watching
    },
  }
}

/**
 * What a machine's datapaths hold and have counted at this moment (`dpctl/show`, `dpctl/dump-flows`, ovs-vswitchd(8)), as
 * printed; undefined where they cannot be asked, which is no reason to have no experiment. `told`: what stands before a tool of Open vSwitch there.
 */
export async function dumpDatapaths(machine: Machine, told?: string): Promise<string | undefined> {
  const direct = told === undefined ? await dumpDirectly(machine) : undefined
  if (direct !== undefined) return direct
  const seconds = Math.ceil(patient(ANSWER_SECONDS, machine))
  const [dumpDps, show, dumpFlows, status] = ['dump-dps', 'show', 'dump-flows', 'ipf-get-status'].map(
    words => `${toolCommand('ovs-appctl', told)} -T ${seconds} dpctl/${words}`,
  )
  const script = `all=$(${dumpDps}) || exit; for one in $all; do ${show} "$one" && ${dumpFlows} "$one" || exit; ${status} "$one" 2>&1; done; :`
  const { code, stdout } = await machine.run(script, { deadlineMs: DEADLINE_MS })
  return code === 0 ? stdout.toString() : undefined
}

/** Without a process for it. */
async function dumpDirectly(machine: Machine): Promise<string | undefined> {
  const vswitchd = await vswitchdOf(machine)
  const deadlineMs = patient(ANSWER_SECONDS * 1000, machine)
  const datapaths = (await vswitchd?.ask('dpctl/dump-dps', [], deadlineMs))?.split('\n').filter(Boolean)
  const dumps = await Promise.all(
    (datapaths ?? []).flatMap(datapath =>
      ['dpctl/show', 'dpctl/dump-flows', 'dpctl/ipf-get-status'].map(method =>
        vswitchd?.ask(method, [datapath], deadlineMs),
      ),
    ),
  )
  return datapaths && dumps.every(dump => dump !== undefined) ? dumps.join('\n') : undefined
}

/**
 * The flows of a datapath that carried packets between two dumps. One that is new was made for a packet, which its own
 * counter leaves out: that one went by way of ovs-vswitchd.
 */
export function carriedBetween(before: string, after: string): CarriedFlow[] {
  const earlier = new Map(linesOf(before).map(({ match, packets }) => [match, packets]))
  return linesOf(after).flatMap(({ match, packets, actions }) => {
    const [, inPort] = /\bin_port\((\d+)\)/.exec(match) ?? []
    if (inPort === undefined || packets === earlier.get(match)) return []
    // A MAC with a mask after it is looked at in part.
    const macOf = (name: string) =>
      new RegExp(`\\beth\\([^)]*?\\b${name}=([0-9a-f:]{17})(?!/)`).exec(match)?.[1]
    const [sourceMac, destinationMac] = [macOf('src'), macOf('dst')]
    const outPorts = outPortsIn(actions)
    const destination = destinationIn(match)
    const macs = {
      ...(sourceMac && { sourceMac }),
      ...(destinationMac && { destinationMac }),
      ...(destination && { destination }),
    }
    const more = { ...macs, ...(outPorts && { outPorts }) }
    const known = earlier.get(match)
    return [{ inPort: Number(inPort), packets: Number(packets) - (known ? Number(known) : -1), ...more }]
  })
}

/** The IPv4 addresses a flow is for; its mask is one of leading bits, or it is not told. */
function destinationIn(match: string): string | undefined {
  const [, address, mask = '255.255.255.255'] =
    /\bipv4\([^)]*?\bdst=([\d.]+)(?:\/([\d.]+))?/.exec(match) ?? []
  if (address === undefined) return undefined
  const bits = mask
    .split('.')
    .map(byte => Number(byte).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? `${address}/${bits.lastIndexOf('1') + 1}` : undefined
}

/**
 * Packets that all datapaths looked up so far, those that no flow was there for included. The userspace datapath counts
 * as lost, apart from missed, what it passed on by the answer of ovs-vswitchd where no flow may be installed
 * (`other_config:flow-limit`); that of the kernel counts what is lost as missed too.
 */
const lookupsIn = (printed: string): number =>
  [...printed.matchAll(/^(\w+)@.*\n\s*lookups: hit:(\d+) missed:(\d+) lost:(\d+)/gm)].reduce(
    (sum, [, type, hit, missed, lost]) =>
      sum + Number(hit) + Number(missed) + (type === 'netdev' ? Number(lost) : 0),
    0,
  )

/**
 * Connection tracking of the datapath in user space was told to put no pieces together, so it takes none of them for what they are
 * (`dpctl/ipf-set-disabled`, ovs-vswitchd(8)). That of the kernel always does, and has nothing to say to the question.
 */
const joinsNoPieces = (printed: string): boolean => /^\s*v4 enabled: 0$/m.test(printed)

/** The numbers among a flow's actions; undefined where ovs-vswitchd or a bond chooses for each packet. */
const outPortsIn = (actions: string): number[] | undefined =>
  /slow_path|lb_output/.test(actions)
    ? undefined
    : [...actions.matchAll(/(?<=^|[,(])\d+(?=$|[,)])/g)].map(([port]) => Number(port))

const linesOf = (printed: string) =>
  [...printed.matchAll(/^(.*?), packets:(\d+), .*?\bactions:(.*)$/gm)].map(
    ([, match = '', packets = '', actions = '']) => ({ match, packets, actions }),
  )

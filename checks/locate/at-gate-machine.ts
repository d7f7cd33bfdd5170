import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatDrops } from '../diagnosis/nft-verdict.ts'
import type { Break } from '../heard/bracket.ts'
import { rowInWords } from '../heard/origin.ts'
import { andThen } from '../nouns/phrases.ts'
import { ledBy } from '../route/gate-machine.ts'
import { type End, endName, ipIn, stackName } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { portsNear } from '../state/has-way-out.ts'
import { policyTo } from '../state/next-hop-traced.ts'
import { nobodyBeside } from './nobody-beside.ts'
import { oddity } from './oddity.ts'
import { filterOf } from './stack-rules.ts'

const FORWARDING = 'net.ipv4.ip_forward'

/** What OVN handed to a machine came there, and nothing came back: its kernel may not pass it on, or not know where (ip-sysctl, ip_forward). */
export async function keptByGate(
  lab: Lab,
  { from, address }: Route,
  gate: End,
  { packet, before }: Break,
): Promise<BrokenLink> {
  const name = stackName(gate)
  const came = text(
    `OVN hands what is for ${address} to ${endName(gate)}, and ${before} packets came there`,
    `OVN 把給 ${address} 的封包交給 ${endName(gate)}，有 ${before} 個到了那裡`,
  )
  const stack = await unlessBlind(
    lab.stack(gate.node, gate.netns, [{ to: address, from: from.address, by: gate.device }]),
  )
  const get = ipIn(gate, `route get ${address} from ${from.address} iif ${gate.device}`)
  const error = stack?.routes[0]?.error
  if (stack && error !== undefined) {
    // A kernel that passes nothing on has a way to no host; one that does lacks a way to that network (EHOSTUNREACH, ENETUNREACH).
    const isOff = error.includes('No route to host') && stack.sysctls[FORWARDING]?.value !== '1'
    const why = isOff
      ? text(`${name} passes nothing on (${FORWARDING} = 0)`, `但 ${name} 不轉送封包（${FORWARDING} = 0）`)
      : text(`${name} has no way for it: ${error}`, `但 ${name} 沒有路可以送它：${error}`)
    return isOff
      ? oddity(gate, 'sysctl', undefined, andThen(came, why), `sysctl ${FORWARDING}`)
      : oddity(gate, 'routes', 'netns-routes', andThen(came, why), get)
  }
  const rule = stack && whatDrops(stack.chains, { packet, device: gate.device, way: 'through' })
  if (rule !== undefined) {
    const found = filterOf(gate, rule)
    return { ...found, saw: andThen(came, found.saw) }
  }
  return oddity(
    gate,
    `${gate.device} → ${address}`,
    undefined,
    andThen(came, text('nothing came back from there', '但沒有任何回應回來')),
    get,
  )
}

/** The next hop that a policy chooses is in the subnet of a port of the router, and nobody there has it. */
export async function rerouted(lab: Lab, { from, to, address }: Route): Promise<BrokenLink | undefined> {
  const led = to ? undefined : await ledBy(lab, from, address)
  const hop = led?.trace.asksFor
  if (!led || hop === undefined) return undefined
  const northbound = await lab.northbound()
  const policy = await policyTo(lab, led.router, [hop])
  const [near] = portsNear(northbound, led.router, hop)
  const nobody = policy && near && nobodyBeside(northbound, near, hop)
  if (!nobody) return undefined
  const words = rowInWords({ table: 'Logical_Router_Policy', row: policy })
  return {
    where: 'OVN_Northbound · Logical_Router_Policy · nexthops',
    saw: andThen(
      text(
        `${words} of ${led.router.name} chooses the next hop`,
        `下一站是 ${led.router.name} 的 ${words} 選的`,
      ),
      nobody.saw,
    ),
    row: words,
    tryThis: `sudo ovn-nbctl lr-policy-list ${led.router.name}`,
    cause: 'router-policy',
  }
}

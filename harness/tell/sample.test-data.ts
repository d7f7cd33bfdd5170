import { type Lang, type Text, text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { ClaimSpec, StageSpec } from '../lesson/lesson.ts'
import type { Closing, JudgedClaim } from './teller.ts'
import { brokenTrail } from './trail.test-data.ts'

const claim = (id: string, title: Text, points: number): ClaimSpec => ({
  id,
  title,
  points,
  after: [],
  hints: [],
})

const judged = (spec: ClaimSpec, judgement: Judgement): JudgedClaim => ({ claim: spec, judgement })

const ns1 = claim(
  'ns1',
  text(
    'Namespace ns1 on controller has 192.168.10.100/24',
    'controller 上的 namespace ns1 有位址 192.168.10.100/24',
  ),
  1,
)
const ports = claim(
  'ports',
  text(
    'The logical switch has a port for each namespace',
    'logical switch 上替每個 namespace 各準備了一個 port',
  ),
  2,
)
const localnet = claim(
  'localnet',
  text(
    'The logical switch has a localnet port that names a physical network',
    'logical switch 上有一個 localnet port，並指定了實體網路的名稱',
  ),
  2,
)
const patch = claim(
  'patch',
  text(
    'ovn-controller joined br-int and the mapped bridge with a pair of patch ports, each the other’s peer, on both nodes',
    '兩個節點上的 ovn-controller 都已用一對互為 peer 的 patch port 連接 br-int 和 mapping 指定的 bridge',
  ),
  2,
)
const plain = claim('plain', text('The ping is seen plain on eth2', 'eth2 上看得到未經封裝的 ping'), 10)
const tunnel = claim(
  'tunnel',
  text('No Geneve packet carries the ping on eth1', 'eth1 上沒有 Geneve 封包載著這個 ping'),
  0,
)

const networks: StageSpec = {
  id: 'namespaces',
  title: text('Two namespaces', '兩個 namespace'),
  claims: [ns1],
}
const join: StageSpec = {
  id: 'localnet',
  title: text('From the logical switch to the physical network', '從 logical switch 接到實體網路'),
  claims: [ports, localnet, patch],
}
const wire: StageSpec = {
  id: 'wire',
  title: text('What the wire carries', '線上傳的是什麼'),
  claims: [plain, tunnel],
}

export const lesson = {
  id: 'day-06',
  title: text('Connect a virtual network to the physical one', '把虛擬網路接上實體網路'),
  stages: [networks, join, wire],
}

const holds: Judgement = { verdict: 'holds', durationMs: 12.4 }
const fails: Judgement = {
  verdict: 'fails',
  expected: text(
    'one port of type localnet on the switch that holds ns1 and ns2, with network_name in its options',
    'ns1 和 ns2 所在的 switch 上有一個 type 為 localnet 的 port，而且 options 裡有 network_name',
  ),
  saw: text(
    'switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet',
    'switch ls0 上有 ls0-ns1 和 ls0-ns2 兩個 port，沒有任何一個的 type 是 localnet',
  ),
  where: 'controller · OVN_Northbound · Logical_Switch_Port · type',
  try: 'npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet',
  hint: text(
    'The type and the network_name belong to the port, not to the switch.',
    'type 和 network_name 屬於 port，不屬於 switch。',
  ),
  durationMs: 2004.6,
}
const waits: Judgement = { verdict: 'waits', saw: localnet.title, durationMs: 0 }
const unknown: Judgement = {
  verdict: 'unknown',
  saw: text(
    'The capture on eth2 of hypervisor heard nothing, not even our own marker ping.',
    '在 hypervisor 的 eth2 上什麼都沒擷取到，連檢查程式自己的標記封包也沒有。',
  ),
  where: 'hypervisor · eth2',
  try: 'npm run lab exec hypervisor -- ip link show eth2',
  durationMs: 1500,
}
const bug: Judgement = {
  verdict: 'unknown',
  bug: 'TypeError: rows is not iterable\n    at proof (lessons/day-06/check.ts:20:5)',
  durationMs: 3,
}

/** One claim of every verdict, and a defect of ours. */
export const mixed = (lang: Lang): Closing => ({
  lesson,
  lab: 'embedded',
  lang,
  verdict: 'fails',
  points: 3,
  maxPoints: 17,
  durationMs: 2312.7,
  stages: [
    { stage: networks, claims: [judged(ns1, holds)] },
    { stage: join, claims: [judged(ports, holds), judged(localnet, fails), judged(patch, waits)] },
    { stage: wire, claims: [judged(plain, unknown), judged(tunnel, bug)] },
  ],
})

/** A check of a recording, in which a packet did not arrive. */
export const followed = (lang: Lang): Closing => ({
  ...mixed(lang),
  recorded: { takenAt: '2026-11-22T21:17:00.000Z' },
  stages: [{ stage: wire, claims: [judged(plain, { ...fails, hops: brokenTrail.hops })] }],
})

/** A check in which every claim came to the same. */
export function all(
  lang: Lang,
  verdict: 'holds' | 'unknown' | 'waits' | 'bug',
  stages = lesson.stages,
): Closing {
  const judgement = { holds, unknown, waits, bug }[verdict]
  const claims = stages.flatMap(stage => stage.claims)
  const maxPoints = claims.reduce((sum, one) => sum + one.points, 0)
  return {
    lesson,
    lab: 'embedded',
    lang,
    verdict: ({ holds: 'holds', unknown: 'unknown', waits: 'fails', bug: 'unknown' } as const)[verdict],
    points: verdict === 'holds' ? maxPoints : 0,
    maxPoints,
    durationMs: 812,
    stages: stages.map(stage => ({ stage, claims: stage.claims.map(one => judged(one, judgement)) })),
  }
}

/** What a machine may answer: escapes, XML's and GitHub's own marks, NUL, half a character, a line of 10 MB. */
export const HOSTILE =
  '\u001b[2J\u001b]0;owned\u0007\u001b[31mred\u001b[0m ]]> </failure> &amp; \u0000NUL \uffff \ud800half 😀 網路 \u202egnp.exe\u202c\r\n::error::fake\n| cell | ![x](http://x)\u009b2J '

/** One failing claim whose every value came from a hostile machine. */
export function hostile(lang: Lang, long = ''): Closing {
  const value = text(HOSTILE + long, HOSTILE + long)
  const claims = [
    judged(localnet, {
      verdict: 'fails',
      expected: value,
      saw: value,
      where: HOSTILE,
      try: HOSTILE,
      hint: value,
      durationMs: 1,
    }),
  ]
  return {
    lesson,
    lab: HOSTILE,
    lang,
    verdict: 'fails',
    points: 0,
    maxPoints: 2,
    durationMs: 1,
    stages: [{ stage: join, claims }],
  }
}

import { CannotLook } from '../../harness/core/errors.ts'
import type { Hop, Trail } from '../../harness/core/hop.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import { notAnEnd } from './bad-ends.ts'
import type { KnownEnds } from './known-ends.ts'

/** The chassis a port is bound to; `node` is undefined where that chassis is none of the lab's nodes that answered. */
export async function chassisOf(
  lab: Lab,
  port: string,
): Promise<{ name: string; node?: string } | undefined> {
  const south = await unlessBlind(lab.southbound())
  const binding = south?.bindings.find(row => row.logical_port === port)
  const chassis = south?.chassis.find(row => binding?.chassis.includes(row._uuid))
  if (!chassis) return undefined
  for (const node of lab.nodes) {
    const id = (await unlessBlind(lab.ovs(node)))?.openVSwitch.external_ids['system-id']
    if (id === chassis.name) return { name: chassis.hostname || chassis.name, node }
  }
  return { name: chassis.hostname || chassis.name }
}

/**
 * The broken path of a logical port that no interface has the name of; undefined where OVN has no such port either.
 * CannotLook where its interface is, or may be, on a machine that was not looked at.
 */
export async function withoutInterface(
  lab: Lab,
  { blind }: KnownEnds,
  name: string,
): Promise<Trail | undefined> {
  const startedAt = performance.now()
  const [north, south] = await Promise.all([unlessBlind(lab.northbound()), unlessBlind(lab.southbound())])
  // Without them nobody knows whether there is such a port.
  if (!north && !south) await lab.southbound()
  const port = north?.ports.find(row => row.name === name)
  const binding = south?.bindings.find(row => row.logical_port === name)
  if (!port && !binding) return undefined
  const type = port?.type ?? binding?.type
  if (type) throw notAnEnd(name, type)
  const broken = (hop: Pick<Hop, 'node' | 'saw' | 'where' | 'try'>): Trail => ({
    from: name,
    to: name,
    verdict: 'broken',
    hops: [
      {
        id: 'binding',
        kind: 'database',
        title: text(`logical port ${name}`, `logical port ${name}`),
        verdict: 'broken',
        row: `Port_Binding ${name}`,
        ...hop,
      },
    ],
    broken: 'binding',
    durationMs: Math.round(performance.now() - startedAt),
  })

  const chassis = await chassisOf(lab, name)
  if (chassis && chassis.node === undefined)
    throw elsewhere(name, chassis.name, blind[0]?.why.reason ?? NO_MACHINE)
  if (chassis)
    return broken({
      node: chassis.node!,
      saw: text(
        `${name} is bound to ${chassis.name}, but no interface in its integration bridge has iface-id ${name}`,
        `${name} 綁定在 ${chassis.name}，但它的 integration bridge 裡沒有介面的 iface-id 是 ${name}`,
      ),
      where: `${chassis.node} · Open_vSwitch · Interface · external_ids:iface-id`,
      try: on(chassis.node!, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
    })
  const central = await lab.central()
  return broken({
    node: central,
    saw: binding
      ? text(
          `${name} is bound to no chassis: no interface on any node has iface-id ${name}`,
          `${name} 沒有綁定到任何 chassis：所有節點上都沒有介面的 iface-id 是 ${name}`,
        )
      : text(
          `${name} is in the northbound database, but ovn-northd has created no Port_Binding for it`,
          `${name} 在 northbound 資料庫裡，但 ovn-northd 還沒有替它建立 Port_Binding`,
        ),
    where: `${central} · OVN_Southbound · Port_Binding · chassis`,
    try: on(central, `sudo ovn-sbctl --columns=logical_port,chassis find Port_Binding logical_port=${name}`),
  })
}

const NO_MACHINE = text('no machine of this lab is that chassis', '這個實驗環境裡沒有這個 chassis 的機器')

const elsewhere = (name: string, chassis: string, why: Text) =>
  new CannotLook(
    text(
      `${name} is bound to ${chassis}, which could not be looked at: ${why.en}`,
      `${name} 綁定在 ${chassis}，而那裡無法查看：${why['zh-TW']}`,
    ),
    { where: chassis },
  )

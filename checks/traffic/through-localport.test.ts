import { describe, expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import {
  copied,
  type Edit,
  localportLab,
  ns1,
  ns2,
  onController,
  onHypervisor,
  path,
} from '../testing/localport-lab.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'

const traced =
  (datapathActions: string, steps: TraceSeen['steps'] = []): Edit =>
  evidence => {
    evidence.traced = { steps, bridges: ['br-int'], datapathActions }
  }
const INTO_TUNNEL =
  'tnl_push(tnl_port(6081),header(size=58,type=5,eth(dst=02:00:00:00:00:02,src=02:00:00:00:00:01,dl_type=0x0800),ipv4(src=192.168.33.10,dst=192.168.33.20,proto=17,tos=0,ttl=64,frag=0x4000),udp(src=0,dst=6081,csum=0xffff),geneve(crit,vni=0x1,options({class=0x102,type=0x80,len=4,0x30002}))),out_port(1)),2'

describe('behind a localport, the end on the own node', () => {
  it('is the one that is reached, and that answers', async () => {
    const lab = localportLab()
    for (const [near, twin] of [
      [ns1, onController],
      [ns2, onHypervisor],
    ] as const) {
      await expect(path.reaches(near, twin)(lab)).resolves.toBeUndefined()
      await expect(path.reaches(twin, near)(lab)).resolves.toBeUndefined()
      await expect(path.answeredBy(twin)(lab)).resolves.toBeUndefined()
      await expect(path.staysOnNode(twin)(lab)).resolves.toBeUndefined()
    }
  })

  it('does not answer alone where the other one gets the packets as well', async () => {
    const told = await unmet(path.answeredBy(onController)(localportLab(copied('hypervisor', 'veth-ns3-br'))))
    expect(told.where).toBe('hypervisor · veth-ns3-br')
    expect(told.saw.en).toContain('echo-request 10.0.1.10 > 10.0.1.30')
  })

  it('may not be alone where nobody knows whether the other one was listened to', async () => {
    const lossy: Edit = evidence => {
      captureOn(evidence, 'hypervisor', 'veth-ns3-br').droppedByKernel = 3
    }
    expect((await blind(path.answeredBy(onController)(localportLab(lossy)))).where).toContain('hypervisor')
  })

  it('does not stay on its node where a link that leads out has its packets', async () => {
    const told = await unmet(path.staysOnNode(onController)(localportLab(copied('controller', 'eth1'))))
    expect(told.where).toBe('controller · eth1')
  })
})

describe('what is sent to another node', () => {
  it('does not leave', async () => {
    await expect(path.keptFrom(onController, ns2)(localportLab())).resolves.toBeUndefined()
    await expect(path.keptFrom(onHypervisor, ns1)(localportLab())).resolves.toBeUndefined()
  })

  it('leaves by a tunnel', async () => {
    const told = await unmet(path.keptFrom(onController, ns2)(localportLab(traced(INTO_TUNNEL))))
    expect(told.where).toBe('controller · br-int · OpenFlow')
    expect(told.saw.en).toContain('192.168.33.20')
  })

  it('is not known where Open vSwitch does not answer', async () => {
    expect((await blind(path.keptFrom(onController, ns2)(localportLab(traced(''))))).reason.en).toContain(
      'did not say',
    )
  })
})

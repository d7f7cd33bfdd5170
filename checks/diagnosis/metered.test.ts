import { describe, expect, it } from 'vitest'
import { byHand } from '../testing/diagnostics.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { meteredByCopp } from './metered.ts'

const handed = (more = ',meter_id=3') => ({
  steps: [byHand('br-int', 'udp', `controller(userdata=00.00.00.02${more})`)],
})
const withPolicy: Edit = ({ northbound }) => {
  Object.assign(northbound, { Copp: [{ _uuid: 'c', name: 'c0', meters: { 'dhcpv4-opts': 'm0' } }] })
}

describe('a packet for ovn-controller', () => {
  it('has to pass the meter of a policy', async () => {
    expect(await meteredByCopp(solvedLab(withPolicy), handed())).toMatchObject({
      where: 'OVN_Northbound · Copp · meters',
      saw: { en: expect.stringContaining('dhcpv4-opts = m0') },
    })
  })

  it.each([
    ['its flow has none', solvedLab(withPolicy), handed('')],
    ['there is no policy', solvedLab(), handed()],
    ['nobody could trace it', solvedLab(withPolicy), undefined],
  ])('passes no meter where %s', async (_, lab, trace) => {
    expect(await meteredByCopp(lab, trace)).toBeUndefined()
  })
})

import type { Proof } from '../../harness/judge/proof.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { asWritten } from '../nouns/advertiser.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { endpointsOf, type Guest } from '../nouns/guest.ts'
import {
  advertisementCarriedSouth,
  advertiserOf,
  advertises,
  hasInet6RouterPort,
} from '../state/advertising.ts'
import { noAdvertiser } from '../state/no-advertiser.ts'
import { routerCarriedSouth } from '../state/one-router.ts'
import { joinedToRouter } from '../state/router-ports.ts'
import { formedAddress, isSelfAddressed, learntRouter } from '../state/self-addressed.ts'
import { advertisedByOvn, advertisedTo } from './advertised.ts'
import { gatewayAnswers } from './gateway-answers.ts'
import { reaches } from './reaches.ts'
import { experimentOf, pingOf, SIZES } from './through.ts'
import type { Experiment } from './traffic.ts'

/** An address of nobody, outside of every prefix that a lesson has: it is reached by a default route, if at all. */
const ELSEWHERE = '2001:db8:ffff::1'

/**
 * What a lesson says of two guests on one node and one switch that form their addresses of IPv6 by themselves, from the
 * `prefix` that a port of a logical router of OVN advertises there.
 */
export function autoconfiguring(prefix: string, one: Guest, other: Guest) {
  const guests = [one, other]
  const about =
    (verb: (lab: Lab, own: Endpoint, all: Endpoint[]) => Promise<unknown>) =>
    (of: Guest): Proof =>
    async lab => {
      const all = await endpointsOf(lab, guests)
      return verb(lab, all[guests.indexOf(of)]!, all)
    }
  const routerAddress = async (lab: Lab): Promise<string> => (await advertiserOf(lab, prefix))?.address ?? ''
  /** Both with the addresses that they formed; one experiment, which all claims about their pings share. */
  const pinging = async (lab: Lab): Promise<{ ends: Endpoint[]; pings: Experiment; gateway: string }> => {
    const ends = await Promise.all(
      (await endpointsOf(lab, guests)).map(async (end): Promise<Endpoint> => {
        const address = (await formedAddress(lab, end, prefix)) ?? ''
        return { ...end, address, prefixLength: Number(prefix.split('/')[1]) }
      }),
    )
    const gateway = asWritten(await routerAddress(lab))
    const between = experimentOf(lab, ends as [Endpoint, Endpoint], undefined, SIZES)
    const toRouter = ends.map(end => pingOf(end, gateway))
    return {
      ends,
      gateway,
      pings: { ...between, gateways: [gateway], pings: [...between.pings, ...toRouter], isTunnelled: true },
    }
  }
  return {
    hasRouterPort: (): Proof => lab => hasInet6RouterPort(lab, prefix),
    joinedToRouter: (): Proof =>
      about(async (lab, own, all) => joinedToRouter(lab, { ...own, gateway: await routerAddress(lab) }, all))(
        one,
      ),
    advertises: (): Proof => lab => advertises(lab, prefix),
    carriedSouth: (): Proof => async lab => {
      await routerCarriedSouth(lab, [await routerAddress(lab)])
      await advertisementCarriedSouth(lab, prefix)
    },
    advertised: about((lab, own, all) => advertisedByOvn(lab, own, all, prefix)),
    hasNoAdvertiser: (): Proof => about((lab, _, all) => noAdvertiser(lab, all))(one),
    formsAddress: about(async (lab, own, all) =>
      isSelfAddressed(lab, own, prefix, await advertisedTo(lab, own, all, prefix)),
    ),
    learnsRouter: about(async (lab, own, all) =>
      learntRouter(lab, own, ELSEWHERE, await advertisedTo(lab, own, all, prefix)),
    ),
    routerAnswers:
      (from: Guest): Proof =>
      async lab => {
        const { ends, pings, gateway } = await pinging(lab)
        await gatewayAnswers(lab, pings, { ...ends[guests.indexOf(from)]!, gateway })
      },
    reaches:
      (from: Guest, to: Guest): Proof =>
      async lab => {
        const { ends, pings } = await pinging(lab)
        await reaches(lab, pings, ends[guests.indexOf(from)]!, ends[guests.indexOf(to)]!.address)
      },
  }
}

import type { Proof } from '../../harness/judge/proof.ts'
import { pageCrossesPlain, pageFillsPackets } from './page-crosses.ts'
import { listensForTcp, servesPage } from './serves-page.ts'
import { asksDatabase, showsRows } from './shows-rows.ts'
import type { Web } from './web-page.ts'

/** What a lesson says of a web server of an endpoint that shows rows of a database on the physical network, a claim a line. */
export function servingRows(web: Web) {
  return {
    listens: (): Proof => lab => listensForTcp(lab, web),
    servesPage: (): Proof => lab => servesPage(lab, web),
    asksDatabase: (): Proof => lab => asksDatabase(lab, web),
    showsRows: (): Proof => lab => showsRows(lab, web),
    pageCrossesPlain: (): Proof => lab => pageCrossesPlain(lab, web),
    fillsPackets: (): Proof => lab => pageFillsPackets(lab, web),
  }
}

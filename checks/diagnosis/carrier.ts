import { text } from '../../harness/say/text.ts'
import { on } from '../phrases.ts'
import { firstOf, nodesOf, type Suspect } from './path.ts'

/** The link to the physical network is up, but nothing is at the other end of its cable. */
export const noCarrier: Suspect = (lab, path) =>
  firstOf(nodesOf(path), async node => {
    const { links } = await lab.kernel(node)
    const link = links.find(({ name }) => name === path.link)
    if (!link?.isUp || link.hasCarrier) return undefined
    return {
      where: `${node} · ${path.link}`,
      saw: text(
        `${path.link} is up but has no carrier`,
        `${path.link} 已啟用，但沒有 carrier（線的另一端沒有接上）`,
      ),
      tryThis: on(node, `ip -br link show ${path.link}`),
    }
  })

import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Authorized } from './access-token.ts'
import { shown } from './address.ts'
import { type Answer, jsonOf, PlatformDown } from './http.ts'

const ITEM = 'application/vnd.ims.lis.v2.lineitem+json'
const CONTAINER = 'application/vnd.ims.lis.v2.lineitemcontainer+json'
const PAGES_MAX = 100

/** The column that is wanted. */
export interface WantedItem {
  resourceId: string
  tag?: string
  label: string
  scoreMaximum: number
}

/**
 * URL of the column of a course with this resourceId (and tag, where one is given); it is made where there is none, before
 * any score, as platforms show a column late or not at all otherwise. One that exists stays as it is: which score is its
 * highest is the teacher's, and each score we post says its own. AGS 2.0 §3.2. Throws BadCall where two fit, or none can be made.
 */
export async function lineItemFor(send: Authorized, container: string, wanted: WantedItem): Promise<string> {
  const found = await find(send, container, wanted)
  if (found !== undefined) return found
  try {
    // Tried once: a second try could make a second column.
    return itemIn(await create(send, container, wanted), container)
  } catch (error) {
    const made = error instanceof PlatformDown ? await find(send, container, wanted) : undefined
    if (made === undefined) throw error
    return made
  }
}

async function find(send: Authorized, container: string, wanted: WantedItem): Promise<string | undefined> {
  const first = new URL(container)
  first.searchParams.set('resource_id', wanted.resourceId)
  if (wanted.tag !== undefined) first.searchParams.set('tag', wanted.tag)
  const ids = new Set<string>()
  const seen = new Set<string>()
  for (let page: string | undefined = first.href; page !== undefined && !seen.has(page); ) {
    seen.add(page)
    if (seen.size > PAGES_MAX)
      throw new BadCall(
        text(`${shown(container)} never ends its list of pages.`, `${shown(container)} 的頁面列不完。`),
      )
    const answer = await send(page, { method: 'GET', headers: { accept: CONTAINER } })
    const items = jsonOf(answer)
    if (answer.status !== 200 || !Array.isArray(items)) throw refused(container, answer)
    // A platform may leave the filter out.
    for (const item of items as Record<string, unknown>[])
      if (item?.resourceId === wanted.resourceId && (wanted.tag === undefined || item.tag === wanted.tag))
        ids.add(ofThisServer(item.id, container))
    page = nextPage(answer, page, container)
  }
  if (ids.size > 1)
    throw new BadCall(
      text(
        `${ids.size} columns of the course are called ${wanted.resourceId}: name one of them as lineItem.`,
        `課程裡有 ${ids.size} 個欄位都叫 ${wanted.resourceId}：請用 lineItem 指定其中一個。`,
      ),
    )
  return [...ids][0]
}

const create = (send: Authorized, container: string, wanted: WantedItem): Promise<Answer> =>
  send(
    container,
    { method: 'POST', headers: { accept: ITEM, 'content-type': ITEM }, body: JSON.stringify(wanted) },
    1,
  )

function itemIn(answer: Answer, container: string): string {
  if (answer.status !== 200 && answer.status !== 201) throw refused(container, answer)
  return ofThisServer((jsonOf(answer) as { id?: unknown } | undefined)?.id, container)
}

/** The address of rel="next" (RFC 8288). */
function nextPage({ headers }: Answer, page: string, container: string): string | undefined {
  for (const [, target, parameters] of (headers.get('link') ?? '').matchAll(/<([^>]*)>([^<]*)/g))
    if (/;\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters!))
      return ofThisServer(URL.canParse(target!, page) ? new URL(target!, page).href : target, container)
  return undefined
}

/** The token is for this server: what leads to another one is not followed. */
function ofThisServer(address: unknown, container: string): string {
  if (
    typeof address === 'string' &&
    URL.canParse(address) &&
    new URL(address).origin === new URL(container).origin
  )
    return address
  throw new BadCall(
    text(
      `${shown(container)} names a column or page that is not on the same server.`,
      `${shown(container)} 指出的欄位或頁面不在同一台伺服器上。`,
    ),
  )
}

const refused = (container: string, { status }: Answer): BadCall =>
  new BadCall(
    text(
      `The columns of the course cannot be read or created at ${shown(container)} (${status}).`,
      `無法在 ${shown(container)} 讀取或建立課程的成績欄位（${status}）。`,
    ),
  )

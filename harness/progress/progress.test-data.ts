import { same, text } from '../core/text.ts'
import type { ProgressEvent } from './event.ts'

const claim = (id: string, given = false) => ({
  id,
  title: text(`Claim ${id}`, `項目 ${id}`),
  points: given ? 0 : 10,
  ...(given && { given }),
  after: [],
  hints: [same('one'), same('two')],
})

/** A lesson of two stages that count, one that the last of them replaces, and one that is extra. */
export const lesson = {
  id: 'day-99',
  title: text('A day', '一天'),
  stages: [
    { id: 'machines', title: text('Machines', '機器'), claims: [claim('north', true)] },
    { id: 'bridge', title: text('A bridge', '橋接'), claims: [claim('old')] },
    { id: 'switch', title: text('A switch', '交換'), claims: [claim('a'), claim('b')], replaces: ['bridge'] },
    { id: 'web', title: text('Web', '網頁'), claims: [claim('c')], extra: true },
  ],
}

/** An event at so many minutes after noon. */
export const event = (minute: number, more: Partial<ProgressEvent> & Pick<ProgressEvent, 'kind'>) =>
  ({
    id: `${more.kind}-${minute}`,
    at: new Date(Date.UTC(2026, 10, 26, 12, minute)).toISOString(),
    lesson: 'day-99',
    lab: 'mine',
    ...more,
  }) as ProgressEvent

import { type Text, text } from '../core/text.ts'

/** Of a node while it is not known yet whether it answers. */
export const notReached = (node: string): Text => text(`${node} is not reached yet`, `還沒有連上 ${node}`)

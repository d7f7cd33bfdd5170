/** What nobody sees, or takes for a common space: it comes along when a name is copied from a page or a chat. */
const UNSEEN = /(?! )[\p{Cc}\p{Cf}\p{Z}\p{Cs}\p{Noncharacter_Code_Point}]/gu

/**
 * The same text with what cannot be seen, or would reorder or hide the rest, written out as in JSON (RFC 8259): two names that
 * differ look different, and no name can move a cursor or turn the direction of a line.
 */
export const withUnseen = (text: string): string => text.replace(UNSEEN, writtenOut)

const writtenOut = (unseen: string) =>
  [...Array(unseen.length).keys()]
    .map(at => `\\u${unseen.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')

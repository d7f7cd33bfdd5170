/** What nobody sees, or takes for a common space: it comes along when a name is copied from a page or a chat. */
const UNSEEN = /(?! )[\p{Cc}\p{Cf}\p{Z}\p{Cs}\p{Noncharacter_Code_Point}]/gu

/**
 * The same text with what cannot be seen, or would reorder or hide the rest, written out as in JSON (RFC 8259): two names that
 * differ look different, and no name can move a cursor or turn the direction of a line.
 */
export const withUnseen = (text: string): string => text.replace(UNSEEN, writtenOut)

/** What looks like a dash, a sign or a letter of ASCII and is none: word processors, slides and input methods put it there. */
const ALIKE = /(?!-)[\p{Pd}\u2212\uff01-\uff5e\p{Script=Cyrillic}\p{Script=Greek}]/gu

/** The same of a name that somebody typed: among letters of ASCII, what looks like one of theirs is written out as well. */
export const withAlike = (name: string): string =>
  /[a-z]/i.test(name) ? withUnseen(name).replace(ALIKE, writtenOut) : withUnseen(name)

const writtenOut = (unseen: string) =>
  [...Array(unseen.length).keys()]
    .map(at => `\\u${unseen.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')

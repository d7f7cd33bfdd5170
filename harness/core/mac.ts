/** Whether a word is a MAC address in full: six bytes of two hexadecimal digits, in either case, with colons between them. */
export const isMac = (word: string): boolean => /^([\da-f]{2}:){5}[\da-f]{2}$/i.test(word)

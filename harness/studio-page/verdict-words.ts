export { HOP_SIGN, SIGN, WORD } from '../tell/wording.ts'

import { type Text, text } from '../core/text.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Why tokens and grades are not sent to an address; undefined where they may be. */
export function whyNotSafe(address: string): Text | undefined {
  if (!URL.canParse(address)) return text('this is not an address', '這不是網址')
  const { protocol, hostname, username, password } = new URL(address)
  if (username !== '' || password !== '')
    return text(
      'an address with a name or password in it is not used: remove them',
      '網址裡不可以有帳號或密碼：請拿掉',
    )
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))) return undefined
  return text(
    'tokens and grades are sent over https:// only (http:// to this computer)',
    '存取權杖和成績只會經由 https:// 傳送（http:// 只限這台電腦）',
  )
}

/** An address as it is shown: its query may hold what is nobody's business. */
export const shown = (address: string): string => {
  const { origin, pathname } = new URL(address)
  return origin + pathname
}

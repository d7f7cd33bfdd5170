import type { Lang, Text } from '../core/text.ts'
import { text } from '../core/text.ts'

/** The page: it fills itself. */
export const pageHtml = ({ lang, nonce }: { lang: Lang; nonce: string }): string =>
  html(lang, {
    head: `<link rel="stylesheet" href="/page/main.css" nonce="${nonce}">
<script type="module" src="/page/main.js"></script>`,
    body: `<noscript>${WITHOUT_SCRIPTS[lang]}</noscript>`,
  })

const WITHOUT_SCRIPTS = text(
  'The studio needs JavaScript. In the terminal, npm run check tells the same.',
  '學習頁面需要 JavaScript。在終端機裡執行 npm run check，看到的內容是一樣的。',
)

/**
 * What brings somebody in whose token was right. It leads on by itself and not by a redirect: a redirect from a link on
 * another page would still count as that page's, and the cookie (SameSite=Strict) would not come along.
 */
export const enteringHtml = (lang: Lang, nonce: string): string =>
  plain(lang, nonce, text('One moment…', '請稍候…')[lang], '<meta http-equiv="refresh" content="0;url=/">')

type Door = 'closed' | 'wrong' | 'used' | 'too-many'

const DOOR: Record<Door, Text> = {
  closed: text(
    'Open the address that npm run learn printed: it lets this browser in.',
    '請打開 npm run learn 印出的網址，這個瀏覽器才能進來。',
  ),
  wrong: text(
    'This address does not open the studio. Copy the whole address that npm run learn printed.',
    '這個網址無法開啟學習頁面。請複製 npm run learn 印出的完整網址。',
  ),
  used: text(
    'This address has already been used, and it works only once. Press Enter where npm run learn runs to get another one.',
    '這個網址已經用過，只能用一次。到執行 npm run learn 的終端機按 Enter，就會得到新的網址。',
  ),
  'too-many': text(
    'Too many wrong addresses came from this computer. Wait a minute.',
    '這台電腦送來太多錯誤的網址，請等一分鐘。',
  ),
}

/** For whoever may not come in: why, and what to do. */
export const doorHtml = (lang: Lang, why: Door, nonce: string): string => plain(lang, nonce, DOOR[why][lang])

const plain = (lang: Lang, nonce: string, words: string, head = ''): string =>
  html(lang, {
    head: `${head}
<style nonce="${nonce}">body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1rem }</style>`,
    body: `<main><h1>ovn-lab</h1><p>${words}</p></main>`,
  })

/** Every page of ours, in both colour schemes and at the width of its window. */
const html = (lang: Lang, { head, body }: { head: string; body: string }): string => `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ovn-lab</title>
<link rel="icon" href="data:,">
${head}
</head>
<body>${body}</body>
</html>
`

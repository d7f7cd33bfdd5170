/**
 * What the board does in a browser, beyond what a page does by itself: the other language, another order, fewer rows.
 * Changes only words, order and what is hidden; never makes HTML of anything.
 */
export const SCRIPT = `
const html = document.documentElement
const all = (query, within = document) => [...within.querySelectorAll(query)]
const one = query => document.querySelector(query)
const spoken = JSON.parse(one('#spoken').textContent)
const body = one('#board tbody')
const rows = all('tr', body)
const nameIn = row => row.cells[0].firstElementChild.textContent
const lang = () => html.lang

function speak(to) {
  html.lang = to
  for (const element of all('[data-en]')) element.textContent = to === 'en' ? element.dataset.en : element.dataset.zh
  all('#board thead tr:last-child th').forEach((head, at) => { if (head.title) head.title = spoken.about[at][to] })
  for (const row of rows)
    all('[data-t]', row).forEach((cell, at) => {
      cell.lastChild.textContent =
        nameIn(row) + spoken.joints.after[to] + spoken.about[at][to] + spoken.joints.colon[to] + spoken.tails[cell.dataset.t][to]
    })
  press()
  count()
}

function press() {
  for (const button of all('[data-lang]')) button.setAttribute('aria-pressed', button.dataset.lang === lang())
}

function sort(head) {
  const key = head.dataset.sort
  const down = head.getAttribute('aria-sort') === 'ascending'
  for (const other of all('#board [aria-sort]')) other.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
  const compare = key === 'name'
    ? (a, b) => nameIn(a).localeCompare(nameIn(b), lang(), { numeric: true })
    : (a, b) => a.dataset[key] - b.dataset[key]
  const sorted = [...rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)) || a.dataset.at - b.dataset.at)
  body.append(...sorted)
}

function count() {
  const shownRows = rows.filter(row => !row.hidden).length
  one('#shown').textContent = lang() === 'en' ? shownRows + ' of ' + rows.length + ' shown' : rows.length + ' 人中顯示 ' + shownRows + ' 人'
}

function filter() {
  const words = one('#find').value.trim().toLowerCase()
  const kind = one('#kind').value
  for (const row of rows) {
    const text = all('.student, .broken, .remarks', row).map(cell => cell.textContent).join(' ')
    const isMeant = kind === '' || row.dataset.kind === kind || (kind === 'shared' && 'shared' in row.dataset)
    row.hidden = !isMeant || !text.toLowerCase().includes(words)
  }
  count()
}

function open(id) {
  const part = id && document.getElementById(id)
  if (!part || part.tagName !== 'DETAILS') return
  part.open = true
  part.querySelector('summary').focus()
}

html.classList.remove('static')
for (const head of all('#board [data-sort]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.append(...head.childNodes)
  head.append(button)
  button.addEventListener('click', () => sort(head))
}
for (const button of all('[data-lang]')) button.addEventListener('click', () => speak(button.dataset.lang))
one('#find').addEventListener('input', filter)
one('#kind').addEventListener('change', filter)
addEventListener('hashchange', () => open(location.hash.slice(1)))
document.addEventListener('click', event => {
  const link = event.target.closest('a[href^="#student-"]')
  if (link) setTimeout(open, 0, link.hash.slice(1))
})
let opened = []
addEventListener('beforeprint', () => {
  opened = all('details:not([open])')
  for (const part of opened) part.open = true
})
addEventListener('afterprint', () => { for (const part of opened) part.open = false })
press()
count()
open(location.hash.slice(1))
`

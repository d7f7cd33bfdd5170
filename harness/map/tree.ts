/** An element of SVG, as plain data: as text for a file, or for a page to make its own elements of. */
export interface Tree {
  tag: string
  attributes: Record<string, string>
  children: (Tree | string)[]
}

type Attributes = Record<string, string | number | undefined>

/** One element; attributes that are undefined are left out. */
export const tree = (
  tag: string,
  attributes: Attributes,
  ...children: (Tree | string | undefined | false)[]
): Tree => ({
  tag,
  attributes: Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  ),
  children: children.filter(child => child !== undefined && child !== false) as (Tree | string)[],
})

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string) => text.replace(/[&<>"']/g, one => ESCAPES[one]!)

/** The element as text that is well-formed XML and means the same in a page of HTML. */
export function asText({ tag, attributes, children }: Tree, indent = ''): string {
  const head = [
    tag,
    ...Object.entries(attributes).map(([name, value]) => `${name}="${escaped(value)}"`),
  ].join(' ')
  if (children.length === 0) return `${indent}<${head}/>`
  // Line breaks within text would be seen.
  if (children.some(child => typeof child === 'string'))
    return `${indent}<${head}>${children.map(child => (typeof child === 'string' ? escaped(child) : asText(child))).join('')}</${tag}>`
  return `${indent}<${head}>\n${children.map(child => asText(child as Tree, `${indent} `)).join('\n')}\n${indent}</${tag}>`
}

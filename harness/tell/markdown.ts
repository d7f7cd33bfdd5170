/** Text as GitHub and GitLab show it in Markdown: nothing a machine said may become a link, a picture, a tag or a new cell. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]()#!|~@:]/g, mark => `&#${mark.charCodeAt(0)};`)
    .replaceAll('\n', '<br>')

/** A Markdown table; its cells are escaped already. */
export const markdownTable = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')

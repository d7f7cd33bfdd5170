/** Keys of details. Neither a link nor a namespace has a slash in its name. */

/** A link of a node, or of a namespace on it. */
export const linkKey = (node: string, netns: string, link: string): string => `link:${node}/${netns}/${link}`

/** A row of a node's Interface table. */
export const interfaceKey = (node: string, name: string): string => `Interface:${node}/${name}`

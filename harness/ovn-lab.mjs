#!/usr/bin/env node
// Node 20 cannot run TypeScript: bundle the sources when one of them is newer than the bundle, then run it.
// (22 and 24 could, but a bundle starts faster there as well.)
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// Before anything that such a Node lacks; `lab doctor` names the exact versions.
if (import.meta.dirname === undefined) {
  console.error(
    `Node ${process.versions.node} is too old: install 22 or newer. / Node 版本太舊：請安裝 22 以上。`,
  )
  process.exit(3)
}
const checkout = join(import.meta.dirname, '..')
const bundle = join(checkout, '.build/harness/cli/main.js')

/** Modification time in ms of the newest source file, folders included (so that a deletion counts). */
function newestSourceMs(folder) {
  let newest = statSync(folder).mtimeMs
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) newest = Math.max(newest, newestSourceMs(path))
    else if (/\.(tsx?|mjs|json|css)$/.test(entry.name)) newest = Math.max(newest, statSync(path).mtimeMs)
  }
  return newest
}

/** Whether we may write what is built, or make the folder for it. */
function mayWrite(checkout) {
  const built = join(checkout, '.build')
  try {
    accessSync(existsSync(built) ? built : checkout, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const builtMs = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0
const sourceFolders = ['harness', 'checks', 'lessons'].map(name => join(checkout, name))
if (Math.max(...sourceFolders.map(newestSourceMs)) > builtMs) {
  if (!mayWrite(checkout)) {
    console.error(
      `${checkout} has to be built, and you may not write to it: have its owner run any ovn-lab command once. / ${checkout} 需要先建置，但你沒有寫入權限：請它的擁有者先執行任一個 ovn-lab 指令。`,
    )
    process.exit(3)
  }
  const { build } = await import('./build.mjs')
  await build(checkout)
}
// As a URL: an absolute path of Windows is none.
const { main } = await import(pathToFileURL(bundle).href)
await main(process.argv.slice(2))

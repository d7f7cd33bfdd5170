import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { $ } from 'zx'
import { courseFolder } from '../core/checkout.ts'
import { helperOf } from './helper.ts'
import { loadLesson } from './load-lesson.ts'

async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-helper-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

it('is the course’s commands and the lesson’s own, or nothing where a lesson has none', async () => {
  const commands = await helperOf(await loadLesson('day-06'))
  for (const name of ['create-ns', 'add-localnet-port']) expect(commands).toContain(`\n${name}() {`)
  expect(await helperOf({ folder: await emptyFolder() })).toBe('')
})

it('knows the machines that a lesson has instead of those of the course', async () => {
  const folder = await emptyFolder()
  const known = async () =>
    (await $`bash -c ${`${await helperOf({ folder })}\necho $(_ovnlab_nodes), $(_ovnlab_central)`}`).stdout
  await writeFile(join(folder, 'helper.sh'), '# nothing of its own\n')
  expect(await known()).toBe('controller hypervisor, controller\n')
  await cp(join(courseFolder, 'topology.yaml'), join(folder, 'topology.yaml'))
  expect(await known()).toBe('controller hypervisor, controller\n')
  await writeFile(
    join(folder, 'topology.yaml'),
    `links:
  eth0: { role: management, subnet: 10.9.8.0/24, mtuBytes: 1500 }
  eth1: { role: underlay, subnet: 172.16.0.0/24, mtuBytes: 1600 }
nodes: { one: { number: 2 }, two: { number: 3 }, three: { number: 4 } }
central: two
`,
  )
  expect(await known()).toBe('one two three, two\n')
})

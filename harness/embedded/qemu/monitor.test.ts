import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { command, takesCommands } from './monitor.ts'

let folder: string
let server: Server | undefined
const socket = () => join(folder, 'qmp')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qmp-'))
})
afterEach(() => {
  server?.close()
  server = undefined
  rmSync(folder, { recursive: true })
})

/** A QEMU that answers each line of its human monitor so; keeps what it was asked. */
function qemu(answer: (line: string) => string): string[] {
  const asked: string[] = []
  server = createServer(stream => {
    stream.write('{"QMP": {"version": {}, "capabilities": []}}\r\n')
    stream.on('error', () => {})
    stream.on('data', data => {
      const { execute, arguments: words } = JSON.parse(data.toString())
      stream.write('{"event": "STOP"}\r\n')
      if (execute === 'qmp_capabilities') return stream.write('{"return": {}}\r\n')
      asked.push(words['command-line'])
      const said = answer(words['command-line'])
      stream.write(said ? `{"return": ${JSON.stringify(said)}}\r\n` : '{"return": ""}\r\n')
    })
  })
  server.listen(socket())
  return asked
}

it('gives its commands one after the other, whatever events come between', async () => {
  const asked = qemu(() => '')
  await command(socket(), 'stop', 'savevm untouched')
  expect(asked).toEqual(['stop', 'savevm untouched'])
})

it('tells what QEMU has to say against it', async () => {
  qemu(() => 'Error: No snapshot\r\n')
  const reason = {
    en: 'The lab did not start: QEMU could not do it (loadvm x: Error: No snapshot).',
    'zh-TW': '實驗環境無法啟動：QEMU 無法完成（loadvm x: Error: No snapshot）。',
  }
  await expect(command(socket(), 'loadvm x', 'cont')).rejects.toMatchObject({ reason })
})

it('waits until somebody takes commands', async () => {
  const waiting = takesCommands(socket(), new AbortController().signal)
  qemu(() => '')
  await waiting
  await expect(command(join(folder, 'nobody'))).rejects.toThrow('ENOENT')
})

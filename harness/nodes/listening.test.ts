import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { listeningOf, listeningScript } from './listening.ts'

const PRINTED = `LISTEN 3      9      0.0.0.0:80       0.0.0.0:*    users:(("sh",pid=40,fd=3),("busybox",pid=31,fd=3))
LISTEN 0      128    [::]:22          [::]:*
--
LISTEN 0      128    0.0.0.0:22       0.0.0.0:*
--
31 T busybox httpd -p 80 -h /srv/shop
40 S sh -c sleep
`

it('tells who listens, what waits for them, and that one of their programs is stopped', () => {
  expect(listeningOf(PRINTED)).toEqual({
    inside: ['0.0.0.0:80', '[::]:22'],
    node: ['0.0.0.0:22'],
    servers: [
      {
        ...{ socket: '0.0.0.0:80', waiting: 3, pid: 31 },
        ...{ command: 'busybox httpd -p 80 -h /srv/shop', isStopped: true },
      },
      { socket: '[::]:22', waiting: 0 },
    ],
  })
  expect(listeningOf('\n--\n--\n')).toEqual({ inside: [], node: [] })
})

it('asks in words that the shell understands', () => {
  const { status, stderr } = spawnSync('sh', ['-n', '-c', listeningScript("ns'1")], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

it('keeps no password of a command line: recordings are handed on', () => {
  const command = 'shop --db postgresql://shop:hunter2@192.168.10.1/shop password=hunter2 --token hunter2'
  const [server] = listeningOf(
    PRINTED.replace('sh -c sleep', command).replace('31 T', '31 S').replaceAll('pid=31', 'pid=40'),
  )!.servers!
  expect(server?.command).toBe('shop --db postgresql://shop:…@192.168.10.1/shop password=… --token …')
})

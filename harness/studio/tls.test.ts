import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { launchChromium, noBrowser } from '../testing/chromium.ts'
import { builtPage, StudioPage } from './browser.testing.ts'
import { ask, testStudio } from './studio.testing.ts'

/** A certificate of a test's own for 127.0.0.1, and its key. */
function ownCertificate(): { cert: Buffer; key: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'studio-tls-'))
  const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name)) as [string, string]
  const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab -addext subjectAltName=IP:127.0.0.1'
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const pair = { cert: readFileSync(cert), key: readFileSync(key) }
  rmSync(folder, { recursive: true })
  return pair
}

const why = noBrowser() ?? (existsSync('/usr/bin/openssl') ? undefined : 'no openssl')
describe.skipIf(why)(`a studio with TLS${why ? ` (${why})` : ''}`, () => {
  it('is a secure page with a secure cookie, and is not there without TLS', async () => {
    const pageFolder = await builtPage()
    const tls = ownCertificate()
    const [studio, browser] = await Promise.all([
      testStudio({ listen: { host: '127.0.0.1', port: 0, tls }, pageFolder }),
      launchChromium(),
    ])
    const address = studio.address()
    expect(address).toMatch(/^https:/)
    expect(await ask(address.replace('https', 'http')).catch(() => 'nothing')).toBe('nothing')
    const student = await StudioPage.open(browser, address, { ignoreHTTPSErrors: true })
    const { page } = student
    // Over wss: the lesson is there.
    expect(await page.innerText('h1')).toContain('localnet port')
    expect(await page.evaluate(() => isSecureContext)).toBe(true)
    expect(await page.context().cookies()).toEqual([
      expect.objectContaining({ secure: true, httpOnly: true, sameSite: 'Strict' }),
    ])
    expect(student.complaints).toEqual([])
    // Whoever trusts this certificate needs no exception.
    const status = await new Promise(resolve =>
      get(address, { ca: tls.cert }, ({ statusCode }) => resolve(statusCode)),
    )
    expect(status).toBe(403)
    await student.close()
    await Promise.all([studio.end(), browser.close()])
    rmSync(pageFolder, { recursive: true })
  })
})

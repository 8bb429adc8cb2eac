import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { runtimeOfFile } from '../../local/test-own-runtime.ts'
import type { Dashboard } from './dashboard.ts'
import { faultsOf, findChromium, watch } from './test-browser.ts'
import {
  ADDRESS,
  ATTACKS,
  applyTestCatalog,
  HOSTILE,
  HOSTILE_SHOWN,
  produceTraffic,
  serve,
  TRAFFIC,
} from './test-dashboard.ts'

const executablePath = findChromium()
const SKIPPED = 'skipped: no Chromium on the path (apt-get install chromium)'
if (executablePath === undefined) process.stderr.write(`The dashboard in a browser, ${SKIPPED}\n`)

const PATIENCE = { timeout: 30_000 }
const VIEWS = ['Overview', 'Players', 'De-duplication', 'Security', 'Topics', 'Dead letters', 'Follow']

/** Hash of a place, and a text that is there once it shows the hostile records. */
const PLACES = [
  ['Overview', '#/', 'Lineage'],
  ['Players', '#/players', HOSTILE_SHOWN],
  ['De-duplication', '#/dedup', HOSTILE_SHOWN],
  ['Security', '#/security', HOSTILE_SHOWN],
  ['Topics', '#/topics', 'transactions'],
  ['one topic', '#/topics/transactions?from=start', HOSTILE_SHOWN],
  ['Dead letters', '#/dead-letters', HOSTILE_SHOWN],
  ['Follow', `#/follow/transaction/${encodeURIComponent(HOSTILE)}`, 'first sight, passed'],
] as const

describe.skipIf(executablePath === undefined)(
  executablePath === undefined ? `the dashboard in a browser, ${SKIPPED}` : 'the dashboard in a browser',
  () => {
    const runtime = runtimeOfFile()
    const problems: string[] = []
    let dashboard: Dashboard
    let browser: Browser
    let context: BrowserContext
    let page: Page

    async function openPage(): Promise<Page> {
      const opened = await context.newPage()
      watch(opened, problems)
      return opened
    }

    const main = () => page.locator('main')
    const goTo = (hash: string) => page.goto(`${dashboard.url}/${hash}`)
    const open = (view: string) => page.getByRole('navigation').getByRole('link', { name: view }).click()
    const figure = (label: string) =>
      page.locator('.figure', { has: page.getByText(label, { exact: true }) }).locator('.figure-value')
    const textOf = (label: string) => figure(label).innerText()

    beforeAll(async () => {
      await applyTestCatalog(runtime.profile)
      dashboard = await serve(runtime.profile)
      await dashboard.following
      await produceTraffic(runtime.profile)
      browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
      context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      context.setDefaultTimeout(20_000)
      await context.exposeBinding('reportViolation', (_, text: string) => problems.push(`policy: ${text}`))
      await context.addInitScript(
        `addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective + ' ' + event.blockedURI))`,
      )
      page = await openPage()
      await goTo('')
    })

    afterAll(async () => {
      await browser?.close()
      await dashboard?.close()
    })

    test('every view opens by navigation, with its name as heading and title', async () => {
      for (const view of VIEWS) {
        await open(view)
        await page.getByRole('heading', { level: 1, name: view }).waitFor()
        expect(await page.title()).toContain(view)
      }
    })

    test('the figures agree with the topics', async () => {
      await open('Overview')
      await expect.poll(() => textOf('Unique'), PATIENCE).toBe(String(TRAFFIC.unique))
      await expect.poll(() => textOf('Duplicates caught'), PATIENCE).toBe(String(TRAFFIC.duplicates))
      await expect.poll(() => textOf('Dead letters'), PATIENCE).toBe(String(TRAFFIC.deadLetters))
      await expect.poll(() => textOf('Open attacks'), PATIENCE).toBe(String(ATTACKS.open))
      await open('De-duplication')
      const labels = { In: TRAFFIC.transactions, Unique: 3, Duplicates: 3, Malformed: TRAFFIC.malformed }
      for (const [label, count] of Object.entries(labels))
        await expect.poll(() => textOf(label), PATIENCE).toBe(String(count))
      await open('Players')
      const players = page.getByRole('region', { name: 'Players' }).getByRole('row')
      await expect.poll(() => players.count(), PATIENCE).toBe(1 + 3)
      await open('Security')
      const attacks = page.getByRole('region', { name: 'Attacks', exact: true }).last().getByRole('row')
      await expect.poll(() => attacks.count(), PATIENCE).toBe(1 + ATTACKS.reported)
      await open('Topics')
      const listed = page.getByRole('region', { name: 'All topics' }).last().getByRole('row')
      await expect.poll(() => listed.count(), PATIENCE).toBe(1 + topics.length)
      await open('Dead letters')
      const latest = page.getByRole('region', { name: 'Latest dead letters' }).getByRole('row')
      await expect.poll(() => latest.count(), PATIENCE).toBe(1 + TRAFFIC.deadLetters)
    })

    test('a topic’s records and one transaction’s path are found', async () => {
      await goTo('#/topics/transactions?from=start')
      await expect.poll(() => page.locator('.record').count(), PATIENCE).toBe(TRAFFIC.transactions)
      await goTo('#/follow/transaction/t-1')
      await expect
        .poll(() => page.locator('.steps > li').allInnerTexts(), PATIENCE)
        .toEqual(
          expect.arrayContaining([
            expect.stringContaining('first sight, passed'),
            expect.stringContaining('suppressed as duplicate'),
          ]),
        )
      await goTo(`#/follow/address/${ADDRESS}`)
      await expect.poll(() => page.locator('.steps > li').count(), PATIENCE).toBeGreaterThan(4)
    })

    test.each(PLACES)('in %s hostile text is inert', async (_, hash, text) => {
      await goTo(hash)
      await main().getByText(text).first().waitFor()
      for (const details of await page.locator('main details').all()) {
        await details.evaluate((element) => element.setAttribute('open', ''))
      }
      expect(await page.locator('main :is(script, img, iframe)').count()).toBe(0)
      expect(await main().innerText()).not.toMatch(/\p{Cf}/u)
    })

    test('the log lines behind an attack are shown', async () => {
      await goTo('#/security')
      await page.getByRole('button', { name: 'Log lines of a-1' }).click()
      const lines = page.getByRole('list', { name: 'Log lines' }).getByRole('listitem')
      await expect.poll(() => lines.count(), PATIENCE).toBe(TRAFFIC.logLines)
      await expect
        .poll(() => lines.allInnerTexts(), PATIENCE)
        .toEqual(expect.arrayContaining([expect.stringContaining(HOSTILE_SHOWN)]))
    })

    test('the keyboard reaches the skip link, the navigation and the controls', async () => {
      await goTo('#/players')
      await page.reload()
      await main().getByText('player-1').first().waitFor()
      const reached: string[] = []
      for (let presses = 0; presses < 25; presses += 1) {
        await page.keyboard.press('Tab')
        reached.push(
          await page.evaluate(
            `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()`,
          ),
        )
      }
      expect(reached[0]).toBe('Skip to the content')
      expect(reached).toEqual(expect.arrayContaining([...VIEWS, 'Players', 'Mark player-1 on the field']))
    })

    test('two tabs share one stream, and the second takes over when the first closes', async () => {
      const streams: string[] = []
      context.on('request', (request) => {
        if (request.url().endsWith('/api/stream')) streams.push('opened')
      })
      const other = await openPage()
      await other.goto(`${dashboard.url}/#/`)
      const unique = other.locator('.figure', { has: other.getByText('Unique', { exact: true }) })
      await unique.getByText(String(TRAFFIC.unique), { exact: true }).waitFor()
      expect(streams).toEqual([])
      await page.close()
      page = other
      await expect.poll(() => streams, PATIENCE).toEqual(['opened'])
      await page.getByRole('banner').getByText('Live', { exact: true }).waitFor()
    })

    describe.each([
      { colorScheme: 'light', width: 1280 },
      { colorScheme: 'dark', width: 1280 },
      { colorScheme: 'light', width: 390 },
      { colorScheme: 'dark', width: 390 },
    ] as const)('in $colorScheme, $width pixels wide', ({ colorScheme, width }) => {
      test('axe-core finds nothing, and nothing is wider than the screen', async () => {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        const faults: string[] = []
        for (const [place, hash, text] of PLACES) {
          await goTo(hash)
          await main().getByText(text).first().waitFor()
          for (const fault of await faultsOf(page)) faults.push(`${place}: ${fault}`)
          const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
          if (Number(wide) > 0) faults.push(`${place}: ${wide} pixels wider than the screen`)
        }
        expect(faults).toEqual([])
      })
    })

    test('the page says that the server is away, and recovers when it is back on its port', async () => {
      await page.setViewportSize({ width: 1280, height: 800 })
      await goTo('#/')
      await dashboard.close()
      await page.getByText('The connection to the dashboard is lost').waitFor()
      dashboard = await serve(runtime.profile, Number(new URL(dashboard.url).port))
      await page.getByRole('banner').getByText('Live', { exact: true }).waitFor()
      await dashboard.following
      await produceTraffic(runtime.profile)
      await expect.poll(() => textOf('Unique'), PATIENCE).toBe(String(TRAFFIC.unique))
    })

    test('nothing of all this was an error, a dialog or a violation of the policy', () => {
      expect(problems).toEqual([])
    })
  },
)

import { expect, test } from 'vitest'
import { bundlePage } from './bundle.ts'

test('the dashboard is one script and one style, with nothing to fetch', async () => {
  const { script, style, hash } = await bundlePage(
    new URL('../observability/dashboard/client/main.tsx', import.meta.url),
  )
  expect(script.length).toBeGreaterThan(100_000)
  // A failure must not print the whole script.
  const isWhole = !/(?:^|[;}])import[\s{"(]/.test(script) && !/@import|url\((?!data:)/.test(style)
  expect(isWhole).toBe(true)
  expect(hash).toMatch(/^[0-9a-f]{16}$/)
})

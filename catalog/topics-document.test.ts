import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testTopic } from './test-topic.ts'
import { days } from './topic.ts'
import { topicsDocument } from './topics-document.ts'

test('docs/topics.md is up to date with the catalog', () => {
  const written = readFileSync(new URL('../docs/topics.md', import.meta.url), 'utf8')
  expect(written, 'docs/topics.md is out of date: run `npm run docs`').toBe(topicsDocument())
})

test('a topic’s row shows its description, key, format, retention, writers and readers', () => {
  const chat = testTopic({
    description: 'What players say | shout.',
    retention: days(2),
    writers: ['game-producer'],
  })
  expect(topicsDocument([chat])).toContain(
    '| `chat` | What players say \\| shout. | none | JSON | 3 | 2 days | game-producer | nobody |\n',
  )
})

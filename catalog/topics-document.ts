import { applications } from './applications.ts'
import type { Topic } from './topic.ts'
import { topics } from './topics.ts'

const DAY_MS = 24 * 60 * 60_000

/** docs/topics.md: for each topic its contents, key, format, retention, writers and readers; then the applications. */
export function topicsDocument(all: readonly Topic[] = topics): string {
  const rows = all.map((topic) =>
    row([
      `\`${topic.name}\``,
      topic.description,
      topic.key ?? 'none',
      formatOf(topic),
      String(topic.partitions),
      retentionOf(topic),
      topic.writers.join(', '),
      topic.readers.join(', ') || 'nobody',
    ]),
  )
  const accounts = Object.entries(applications).map(([name, does]) => row([`\`${name}\``, does]))
  return `# Topics

Derived from \`catalog/\` by \`npm run docs\`; a test fails while the two differ. \`playstream topics list\` prints the same table.

| topic | what it carries | key | value | partitions | kept | written by | read by |
| --- | --- | --- | --- | ---: | --- | --- | --- |
${rows.join('\n')}

## Applications

Each has an account of its own in the cloud, with the permissions that this table needs and no others.

| application | what it does |
| --- | --- |
${accounts.join('\n')}
`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function formatOf({ value }: Topic): string {
  if (value.kind === 'avro') return `Avro, subject \`${value.subject}\``
  if (value.kind === 'bytes') return 'bytes'
  return value.subject === undefined ? 'JSON' : `JSON, subject \`${value.subject}\``
}

function retentionOf({ retention }: Topic): string {
  return retention.policy === 'compact' ? 'the latest of each key' : `${retention.ms / DAY_MS} days`
}

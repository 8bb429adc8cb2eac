import { oneLine } from '../kafka/one-line.ts'

/** Benchmarks by their name on the command line. */
const PARTS = {
  classify: 'lines of SSH logs classified a second, compared with fail2ban; needs no broker',
  producers: 'records of sample traffic produced a second',
  dedup: 'transactions de-duplicated a second, compared with Kafka Streams',
  ship: 'log lines shipped a second, compared with rsyslog',
  dashboard: 'cost of the dashboard with 50 viewers, and how old its figures are',
} as const

export type Part = keyof typeof PARTS

const HELP = `Usage: npm run bench [-- PART ...]

Measures this project on a temporary broker and prints a table. Without a PART, runs all of them:

${Object.entries(PARTS)
  .map(([name, what]) => `  ${name.padEnd(10)} ${what}\n`)
  .join('')}
Example:
  npm run bench -- classify
`

/** Parses the arguments: the parts to run, the help text, or the problem with the arguments. */
export function readParts(
  args: readonly string[],
): { readonly parts: readonly Part[] } | { readonly help: string } | { readonly problem: string } {
  if (args.some((word) => word === '--help' || word === '-h')) return { help: HELP }
  const unknown = args.filter((word) => !Object.hasOwn(PARTS, word)).map((word) => `'${oneLine(word)}'`)
  const names = Object.keys(PARTS) as Part[]
  if (unknown.length > 0)
    return { problem: `no benchmark is named ${unknown.join(', ')}; there are: ${names.join(', ')}` }
  return { parts: args.length === 0 ? names : (args as Part[]) }
}

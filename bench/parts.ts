import { oneLine } from '../kafka/one-line.ts'

/** What can be measured, by the name that the command line has for it. */
const PARTS = {
  classify: 'lines of SSH logs classified a second, beside fail2ban; needs no broker',
  producers: 'records that the sample traffic produces a second',
  dedup: 'transactions de-duplicated a second, beside Kafka Streams',
  ship: 'log lines shipped a second, beside rsyslog',
} as const

export type Part = keyof typeof PARTS

const HELP = `Usage: npm run bench [-- PART ...]

Measures this project on a broker of its own, which is removed afterwards, and prints a table. Without a PART all of them:

${Object.entries(PARTS)
  .map(([name, what]) => `  ${name.padEnd(10)} ${what}\n`)
  .join('')}
Example:
  npm run bench -- classify
`

/** What the arguments ask for: parts, the help, or something that there is not. */
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

import type { Command } from 'commander'
import { positiveInteger } from '../options/arguments.ts'
import { say } from '../terminal/log.ts'
import { writeText } from '../terminal/output.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { type EngineOptions, engineOf } from './sql-target.ts'

interface Options extends EngineOptions {
  limit?: number
  fromBeginning?: true
  json?: true
}

export function addQuery(command: Command): void {
  command
    .argument('<sql>', 'a SELECT statement; with EMIT CHANGES it runs until Ctrl-C')
    .description('run a query and print its rows as they arrive')
    .option('--limit <n>', 'stop after n rows', positiveInteger)
    .option('--from-beginning', 'start with the oldest record (default: only new records)')
    .option('--json', 'print one JSON object per row')
    .addHelpText(
      'after',
      `
Examples:
  playstream sql query "SELECT * FROM PLAYSTREAM_SSH_ENRICHED EMIT CHANGES" --limit 10 --from-beginning
  playstream sql query "SELECT * FROM PLAYSTREAM_PLAYER_STATE WHERE PLAYER_KEY = 'player-0001'" --json`,
    )
    .action((sql: string, options: Options) => runQuery(command, sql, options))
}

async function runQuery(command: Command, sql: string, options: Options): Promise<void> {
  const signal = shutdownSignal(say)
  const engine = await engineOf(command, options)
  const query = { signal, fromBeginning: options.fromBeginning ?? false }
  let columns: readonly string[] = []
  let rows = 0
  for await (const event of engine.query(sql, query)) {
    if (event.kind === 'columns') {
      columns = event.columns
      if (!options.json) await writeText(`${columns.map(printable).join('\t')}\n`)
      continue
    }
    const { values } = event
    const line = options.json
      ? printableJson(Object.fromEntries(values.map((value, at) => [columns[at] ?? String(at), value])))
      : values.map((value) => printable(typeof value === 'string' ? value : JSON.stringify(value))).join('\t')
    await writeText(`${line}\n`)
    rows += 1
    if (rows === options.limit) break
  }
}

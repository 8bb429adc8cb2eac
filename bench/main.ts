// npm run bench [-- classify|producers|dedup|ship|dashboard ...]: performance measurements, on a temporary runtime.
import { rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { freeBase } from '../local/process/ports.ts'
import { Runtime } from '../local/runtime.ts'
import { temporaryHome } from '../local/temporary-home.ts'
import { benchClassify } from './classify.ts'
import { benchDashboard } from './dashboard.ts'
import { benchDedup } from './dedup.ts'
import type { Measurement } from './measure.ts'
import { readParts } from './parts.ts'
import { benchProducers } from './produce.ts'
import { benchShip } from './ship.ts'

const asked = readParts(process.argv.slice(2))
if ('help' in asked) {
  process.stdout.write(asked.help)
  process.exit(0)
}
if ('problem' in asked) {
  process.stderr.write(`bench: ${asked.problem}\n`)
  process.exit(2)
}
const { parts } = asked

const offline = parts.includes('classify') ? await benchClassify() : []
const home = temporaryHome()
try {
  const runtime = await Runtime.start(home, {
    portBase: await freeBase(),
    progress: (line) => process.stderr.write(`${line}\n`),
  })
  try {
    const results = [
      ...offline,
      ...(parts.includes('producers') ? await benchProducers(runtime.profile) : []),
      ...(parts.includes('dedup') ? await benchDedup(home, runtime.profile) : []),
      ...(parts.includes('ship') ? await benchShip(home, runtime.profile) : []),
      ...(parts.includes('dashboard') ? await benchDashboard(runtime.profile) : []),
    ]
    process.stdout.write(
      `Node ${process.versions.node}, ${cpus().length} cores, broker on the same machine\n\n`,
    )
    process.stdout.write(`${markdown(results)}\n`)
  } finally {
    await runtime.stop()
  }
} finally {
  rmSync(home.folder, { recursive: true, force: true })
}

function markdown(results: readonly Measurement[]): string {
  const format = (value: number) =>
    value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 })
  return [
    '| what | min | median | max | |',
    '| --- | ---: | ---: | ---: | --- |',
    ...results.map(
      ({ name, unit, min, median, max }) =>
        `| ${name} | ${format(min)} | ${format(median)} | ${format(max)} | ${unit} |`,
    ),
  ].join('\n')
}

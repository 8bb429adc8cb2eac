// npm run bench [-- classify|producers|dedup|ship ...]: performance figures, on a temporary runtime of its own.
import { rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { freeBase } from '../local/ports.ts'
import { Runtime } from '../local/runtime.ts'
import { temporaryHome } from '../local/temporary-home.ts'
import { benchClassify } from './classify.ts'
import { benchDedup } from './dedup.ts'
import type { Figure } from './measure.ts'
import { benchProducers } from './produce.ts'
import { benchShip } from './ship.ts'

const PARTS = ['classify', 'producers', 'dedup', 'ship']
const parts = process.argv.length > 2 ? process.argv.slice(2) : PARTS
const unknown = parts.filter((part) => !PARTS.includes(part))
if (unknown.length > 0)
  throw new Error(`no benchmark is named ${unknown.join(', ')}; there are: ${PARTS.join(', ')}`)

const offline = parts.includes('classify') ? benchClassify() : []
const home = temporaryHome()
try {
  const runtime = await Runtime.start(home, {
    portBase: await freeBase(),
    progress: (line) => process.stderr.write(`${line}\n`),
  })
  try {
    const figures = [
      ...offline,
      ...(parts.includes('producers') ? await benchProducers(runtime.profile) : []),
      ...(parts.includes('dedup') ? await benchDedup(home, runtime.profile) : []),
      ...(parts.includes('ship') ? await benchShip(home, runtime.profile) : []),
    ]
    process.stdout.write(
      `Node ${process.versions.node}, ${cpus().length} cores, broker on the same machine\n\n`,
    )
    process.stdout.write(`${markdown(figures)}\n`)
  } finally {
    await runtime.stop()
  }
} finally {
  rmSync(home.folder, { recursive: true, force: true })
}

function markdown(figures: readonly Figure[]): string {
  const format = (value: number) =>
    value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 })
  return [
    '| what | min | median | max | |',
    '| --- | ---: | ---: | ---: | --- |',
    ...figures.map(
      ({ name, unit, min, median, max }) =>
        `| ${name} | ${format(min)} | ${format(median)} | ${format(max)} | ${unit} |`,
    ),
  ].join('\n')
}

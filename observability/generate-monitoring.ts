// npm run monitoring
import { mkdirSync, writeFileSync } from 'node:fs'
import { monitoringFiles } from './monitoring-files.ts'

for (const [path, text] of monitoringFiles()) {
  const file = new URL(path, import.meta.url)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, text)
}

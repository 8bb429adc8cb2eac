// npm run types
import { writeFileSync } from 'node:fs'
import { deriveTypes } from './typescript.ts'

writeFileSync(new URL('../events.ts', import.meta.url), await deriveTypes())

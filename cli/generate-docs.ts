// npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import { topicsDocument } from '../catalog/topics-document.ts'
import { withArchitecture } from '../observability/lineage/architecture.ts'
import { commandsDocument } from './commands-document.ts'
import { programFor } from './program.ts'

const docs = new URL('../docs/', import.meta.url)

writeFileSync(new URL('commands.md', docs), commandsDocument(await programFor([])))
writeFileSync(new URL('topics.md', docs), topicsDocument())

const readme = new URL('../README.md', import.meta.url)
writeFileSync(readme, withArchitecture(readFileSync(readme, 'utf8')))

#!/usr/bin/env node
// The `playstream` command that npm links.
import { run } from './bootstrap/run.mjs'

await run('playstream', process.argv.slice(2))

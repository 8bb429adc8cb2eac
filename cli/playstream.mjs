#!/usr/bin/env node
// The `playstream` command, as npm links it.
import { run } from './bootstrap/run.mjs'

await run('playstream', process.argv.slice(2))

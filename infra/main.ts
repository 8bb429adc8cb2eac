// The entry point of a globally installed cdktf (see cdktf.json): settings come from PLAYSTREAM_* variables.

import { PlaystreamError } from '../catalog/errors.ts'
import { keepPrivate } from './deploy/private-files.ts'
import { synthesize } from './deploy/synthesize.ts'
import { readSettings } from './settings/settings.ts'

try {
  const settings = readSettings({}, process.env)
  for (const warning of settings.warnings) process.stderr.write(`playstream: warning: ${warning}\n`)
  keepPrivate(settings, synthesize(settings))
} catch (error) {
  if (!(error instanceof PlaystreamError)) throw error
  process.stderr.write(`playstream: ${error.message}\n`)
  process.exitCode = 1
}

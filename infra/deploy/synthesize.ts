import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalog as playstream } from '../../catalog/catalog.ts'
import { App } from '../cdktf.ts'
import { displayName } from '../cloud/names.ts'
import { readStatements } from '../engines/statements.ts'
import type { Settings } from '../settings/settings.ts'
import { PlaystreamStack } from '../stack/stack.ts'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The output folder, unless cdktf sets another one. */
export function outputFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.CDKTF_OUTDIR || join(ROOT, 'cdktf.out')
}

/** The file of a stage's local state. */
export function stateFile(stage: string, root = ROOT): string {
  return join(root, `terraform.playstream-${stage}.tfstate`)
}

export interface Synthesized {
  readonly stack: string
  /** The folder in which Terraform runs: it contains `cdk.tf.json`. */
  readonly folder: string
}

/**
 * Writes the stack as JSON for Terraform. Needs no network, no key and no Terraform.
 * @throws CatalogError if the cloud would refuse the catalog
 */
export function synthesize(
  settings: Settings,
  options: { outdir?: string; catalog?: typeof playstream } = {},
): Synthesized {
  const { outdir = outputFolder(), catalog = playstream } = options
  const stack = displayName(settings.stage)
  const folder = join(outdir, 'stacks', stack)
  const app = new App({ outdir })
  new PlaystreamStack(app, {
    settings,
    catalog,
    statements: readStatements(join(ROOT, 'sql', 'flink-cloud')),
    place: { workingFolder: folder, localFolder: ROOT },
  })
  quietly(() => app.synth())
  return { stack, folder }
}

/** Mutes deprecation warnings: the library uses APIs that Node 24 deprecates. */
function quietly(work: () => void): void {
  const { noDeprecation = false } = process
  process.noDeprecation = true
  try {
    work()
  } finally {
    process.noDeprecation = noDeprecation
  }
}

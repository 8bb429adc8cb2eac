import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Catalog, catalog as playstream } from '../../catalog/catalog.ts'
import { App } from '../cdktf.ts'
import type { Statement } from '../engines/statements.ts'
import { type Flags, readSettings } from '../settings/settings.ts'
import { PlaystreamStack } from './stack.ts'

export type Attributes = Readonly<Record<string, unknown>>

/** The stack as Terraform reads it. */
export interface SynthesizedStack {
  readonly text: string
  readonly terraform: Attributes & { readonly backend: Readonly<Record<string, Attributes>> }
  readonly provider: Readonly<Record<string, readonly Attributes[]>>
  readonly resource: Readonly<Record<string, Readonly<Record<string, Attributes>>>>
  readonly data: Readonly<Record<string, Readonly<Record<string, Attributes>>>>
  readonly output: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>
}

export interface TestOptions {
  readonly catalog?: Catalog
  readonly statements?: readonly Statement[]
  readonly env?: NodeJS.ProcessEnv
}

/** Synthesizes the stack for some settings, by default of dev, in a temporary folder. */
export function synthesized(flags: Flags = {}, options: TestOptions = {}): SynthesizedStack {
  const outdir = mkdtempSync(join(tmpdir(), 'playstream-synth-'))
  const { noDeprecation = false } = process
  process.noDeprecation = true
  try {
    const app = new App({ outdir })
    const stack = new PlaystreamStack(app, {
      settings: readSettings(flags, options.env ?? {}),
      catalog: options.catalog ?? playstream,
      statements: options.statements ?? [],
      place: { workingFolder: '/work/cdktf.out/stacks/playstream-dev', localFolder: '/work' },
    })
    app.synth()
    const text = readFileSync(join(outdir, 'stacks', stack.node.id, 'cdk.tf.json'), 'utf8')
    return { ...JSON.parse(text), text }
  } finally {
    process.noDeprecation = noDeprecation
    rmSync(outdir, { recursive: true })
  }
}

/** A resource's attributes without cdktf's notes. */
export function resource(stack: SynthesizedStack, type: string, name: string): Attributes {
  const found = stack.resource[type]?.[name]
  if (!found) throw new Error(`the stack has no ${type}.${name}`)
  const { '//': _, ...attributes } = found
  return attributes
}

export function count(stack: SynthesizedStack, type: string): number {
  return Object.keys(stack.resource[type] ?? {}).length
}

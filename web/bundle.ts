import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A page's script and style, ready to be served. */
export interface Bundle {
  readonly script: string
  readonly style: string
  /** Changes with the content. */
  readonly hash: string
}

/**
 * Bundles a page in memory, with everything that it imports: nothing is written to disk, and a browser fetches nothing
 * from elsewhere.
 * @param entry the page's main file, TypeScript or TSX
 * @throws if the sources do not compile
 */
export async function bundlePage(entry: URL): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    outdir: 'out',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'silent',
  })
  const text = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''
  const script = text('.js')
  const style = text('.css')
  return { script, style, hash: createHash('sha256').update(script).update(style).digest('hex').slice(0, 16) }
}

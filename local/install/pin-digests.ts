// npm run digests: fetches every artifact of the local runtime and writes down what its files are, for all who install it.
// Look at what changes in local/install/digests.json before you commit it: from then on it is what everyone trusts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ARTIFACTS, FLINK } from './artifacts.mjs'
import { DIGESTS_FILE, type Digests, digestsIn, pinOf } from './digests.ts'
import { fetchArtifact } from './install.ts'

const folder = mkdtempSync(join(tmpdir(), 'playstream-digests-'))
try {
  const pinned: Record<string, Digests> = {}
  for (const artifact of [ARTIFACTS.kafka, ARTIFACTS.registry, FLINK]) {
    const files = await fetchArtifact(
      artifact,
      join(folder, artifact.coordinate.replaceAll(':', '-')),
      (line) => process.stderr.write(`${line}\n`),
    )
    pinned[pinOf(artifact)] = digestsIn(files)
  }
  writeFileSync(DIGESTS_FILE, `${JSON.stringify(pinned, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

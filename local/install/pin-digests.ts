// npm run digests: fetches every artifact of the local runtime and pins the digests of its files for everyone who installs it.
// Review the changes in local/install/digests.json before you commit them: every later installation trusts them.
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

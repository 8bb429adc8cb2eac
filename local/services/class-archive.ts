import { createHash } from 'node:crypto'
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { javaBuild } from '../install/host.mjs'
import type { ServiceCommand } from '../process/service.ts'

/** The exits of a JVM that was asked to stop: only such a JVM has written its archive to the end. */
const ORDERLY = ['code 0', 'signal SIGTERM']

/** How many archives this process has asked for: two services that write one get files of their own. */
let asked = 0

/**
 * The JVM options with which a service maps the classes that it loads from an archive (class data sharing) instead of
 * reading and verifying them in its jars: a start then takes half the time and half the processor. The first JVM that
 * stops in order writes the archive, beside the folder of the jars; earlier ones start without it. An archive belongs to
 * one build of Java and one state of that folder, and the JVM ignores an archive that does not fit.
 * @param jars the real path of the folder that holds the jars: the JVM compares paths
 * @param others the folders of further jars on the class path
 */
export function classArchive(
  jars: string,
  ...others: readonly string[]
): Pick<ServiceCommand, 'onEnd'> & { readonly options: string[] } {
  const file = `${jars}-classes-${keyOf([jars, ...others])}.jsa`
  // Without it the log would name each class that cannot be archived.
  const quiet = '-Xlog:cds*=off'
  if (existsSync(file)) return { options: [quiet, `-XX:SharedArchiveFile=${file}`] }
  asked += 1
  // The installation removes the file of a process that was killed, as it knows it by this name.
  const partial = `${file}-${asked}.partial-${process.pid}`
  return {
    options: [quiet, `-XX:ArchiveClassesAtExit=${partial}`],
    onEnd: (how) => {
      if (!existsSync(partial)) return
      if (ORDERLY.includes(how)) renameSync(partial, file)
      else rmSync(partial)
    },
  }
}

/** What an archive depends on: the build of Java, and the jars, whose folder is replaced when one of them changes. */
function keyOf(folders: readonly string[]): string {
  const states = folders.map((folder) => `${folder} ${statSync(folder).mtimeMs}`)
  const hash = createHash('sha256').update([javaBuild(), ...states].join('\n'))
  return hash.digest('hex').slice(0, 12)
}

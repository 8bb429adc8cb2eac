import { SQL_APPLIER } from '../catalog/groups.ts'
import { flinkAccess } from '../kafka/flink-access.ts'
import { ksqlDbAccess } from '../kafka/ksqldb-access.ts'
import { profileNamed } from '../kafka/profiles.ts'
import type { Engine } from './engine.ts'
import { Flink } from './flink/engine.ts'
import { flinkScripts } from './flink/scripts.ts'
import { KsqlDb } from './ksqldb/engine.ts'
import { readObject } from './ksqldb/read-object.ts'
import type { SqlObject } from './object.ts'
import { scriptVariables } from './script-variables.ts'
import { readScripts } from './scripts.ts'

/** For how long an id is remembered: the two ways that both engines have. */
export const RETENTIONS = ['sliding', 'forever'] as const

export type Retention = (typeof RETENTIONS)[number]

/** What there is to know of an engine before it is asked anything. */
export interface EngineKind {
  /** What its scripts make. */
  objects(retention: Retention): SqlObject[]
  /** @param url where it is; by default where the profile says */
  connect(profile: string, url?: string): Promise<Engine>
}

/** The engines by the name that `--engine` has. */
export const ENGINES = {
  ksqldb: {
    objects: (retention) =>
      readScripts(new URL('ksqldb/', import.meta.url), retention, scriptVariables(), readObject),
    connect: (profile, url) => KsqlDb.connect(ksqlDbAccess(profile, url)),
  },
  flink: {
    objects: (retention) => [...flinkScripts(retention).jobs],
    connect: (profile, url) =>
      Flink.connect({
        access: flinkAccess(profile, url),
        profile: profileNamed(profile, SQL_APPLIER),
        declarations: flinkScripts('sliding').declarations,
      }),
  },
} as const satisfies Record<string, EngineKind>

export type EngineName = keyof typeof ENGINES

export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[]

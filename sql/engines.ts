import { SQL_APPLIER } from '../catalog/groups.ts'
import { flinkAccess } from '../kafka/profile/flink-access.ts'
import { ksqlDbAccess } from '../kafka/profile/ksqldb-access.ts'
import { profileNamed } from '../kafka/profile/profiles.ts'
import type { Engine } from './apply/engine.ts'
import { guarded } from './apply/guarded-engine.ts'
import type { Conformance } from './conformance/conformance.ts'
import { SqlError } from './errors.ts'
import { FLINK_CONFORMANCE } from './flink/conformance.ts'
import { Flink } from './flink/engine.ts'
import { flinkScripts } from './flink/scripts.ts'
import { KSQLDB_CONFORMANCE } from './ksqldb/conformance.ts'
import { KsqlDb } from './ksqldb/engine.ts'
import { readObject } from './ksqldb/read-object.ts'
import { RETENTIONS, type Retention } from './retention.ts'
import type { SqlObject } from './scripts/object.ts'
import { CATALOG, type Place } from './scripts/place.ts'
import { scriptVariables } from './scripts/script-variables.ts'
import { readScripts } from './scripts/scripts.ts'

/** What is known of an engine before a connection. */
export interface EngineKind {
  /** The retentions that its scripts support. */
  readonly retentions: readonly Retention[]
  /**
   * The objects of its scripts, in the catalog's place by default.
   * @throws SqlError if there are no scripts for the retention
   */
  objects(retention: Retention, place?: Place): SqlObject[]
  /** @param url the engine's address; by default the profile's */
  connect(profile: string, url?: string): Promise<Engine>
  /** How its results are read and judged. */
  readonly conformance: Conformance<Retention>
}

/** The engines by their name in `--engine`. */
export const ENGINES = {
  ksqldb: {
    retentions: ['sliding', 'forever'],
    objects: (retention, place: Place = CATALOG) => {
      if (retention === 'fixed')
        throw new SqlError(
          "ksqldb has no retention 'fixed', because it depends on earlier results: use sliding or forever, or --engine flink",
        )
      return readScripts(
        new URL('ksqldb/', import.meta.url),
        retention,
        scriptVariables(place),
        readObject,
        place.named,
      )
    },
    connect: (profile, url) => guarded('ksqlDB', () => KsqlDb.connect(ksqlDbAccess(profile, url))),
    conformance: KSQLDB_CONFORMANCE,
  },
  flink: {
    retentions: RETENTIONS,
    objects: (retention, place: Place = CATALOG) => [...flinkScripts(retention, place).jobs],
    connect: (profile, url) =>
      guarded('Flink', () =>
        Flink.connect({
          access: flinkAccess(profile, url),
          profile: profileNamed(profile, SQL_APPLIER),
          declarations: flinkScripts('sliding').declarations,
        }),
      ),
    conformance: FLINK_CONFORMANCE,
  },
} satisfies Record<string, EngineKind>

export type EngineName = keyof typeof ENGINES

export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[]

import { EngineRefusal, GuaranteeError } from '../errors.ts'

/** Settings of a ksqlDB query, by their names in Kafka Streams. */
export type QuerySettings = Readonly<Record<string, string>>

/**
 * Settings that every query needs for correct results. With the default cache 1,800 of 4,200 ids were lost; with
 * at-least-once, a restart counts twice; and a query that starts at the latest record misses earlier ones.
 */
export const REQUIRED: QuerySettings = {
  'processing.guarantee': 'exactly_once_v2',
  'cache.max.bytes.buffering': '0',
  'auto.offset.reset': 'earliest',
}

/**
 * A record without a time (-1) would end every query that reads it, again at each restart: Kafka Streams' default is
 * FailOnInvalidTimestamp. This class gives the record the time of the previous one in its partition. A server that does
 * not accept the setting runs without it: see the README.
 */
export const BEARS_NO_TIME: QuerySettings = {
  'ksql.streams.default.timestamp.extractor':
    'org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp',
}

/** The newer name of the same cache setting: a server that has it ignores the old one. */
const NEWER_CACHE = 'statestore.cache.max.bytes'
const PREFIX = 'ksql.streams.'

/** SHOW PROPERTIES with these overrides: the settings that a query would run with. */
export type ShowProperties = (overrides: QuerySettings) => Promise<ReadonlyMap<string, string>>

/**
 * The overrides to send with every statement, after the server has accepted them. A server that forbids overrides must
 * have the settings itself; then none are sent.
 * @throws GuaranteeError that says what the server would run queries with, and how to fix it
 */
export async function grantedSettings(show: ShowProperties, url: string): Promise<QuerySettings> {
  let overrides: QuerySettings = prefixed(REQUIRED)
  let forbidden = ''
  let effective: ReadonlyMap<string, string>
  try {
    effective = await show(overrides)
  } catch (error) {
    if (!(error instanceof EngineRefusal) || error.status >= 500) throw error
    forbidden = ` and forbids to set it (${error.message})`
    overrides = {}
    effective = await show(overrides)
  }
  const newer = { [NEWER_CACHE]: '0' }
  if (
    forbidden === '' &&
    (effective.get(PREFIX + NEWER_CACHE) ?? effective.get(NEWER_CACHE) ?? '0') !== '0'
  ) {
    overrides = prefixed({ ...REQUIRED, ...newer })
    effective = await show(overrides)
  }
  const lacking = Object.entries({ ...REQUIRED, ...(has(effective, NEWER_CACHE) ? newer : {}) }).filter(
    ([name, value]) => settingOf(effective, name)?.toLowerCase() !== value,
  )
  if (lacking.length === 0) return overrides
  const found = lacking.map(([name]) => `${name} = ${settingOf(effective, name) ?? 'its default'}`).join(', ')
  const fix = lacking.map(([name, value]) => `${PREFIX}${name}=${value}`).join(' and ')
  throw new GuaranteeError(
    `ksqlDB at ${url} would run queries with ${found}${forbidden}, and records would be lost or doubled: set ${fix} in the ` +
      'server’s configuration and restart it',
  )
}

function prefixed(settings: QuerySettings): QuerySettings {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [PREFIX + name, value]))
}

function has(settings: ReadonlyMap<string, string>, name: string): boolean {
  return settingOf(settings, name) !== undefined
}

function settingOf(settings: ReadonlyMap<string, string>, name: string): string | undefined {
  return settings.get(PREFIX + name) ?? settings.get(name)
}

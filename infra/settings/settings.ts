import type { ClusterKind } from '../confluent/kafka-cluster.ts'
import { SettingsError } from '../errors.ts'
import { parseState, type State } from './state.ts'

export const STAGES = ['dev', 'staging', 'prod'] as const
export type Stage = (typeof STAGES)[number]

/** The settings of a deployment, valid and consistent. */
export interface Settings {
  readonly stage: Stage
  readonly cloud: string
  readonly region: string
  readonly availability: string
  readonly cluster: ClusterKind
  readonly governance: string
  readonly sql: Sql
  /** Whether a plan that would destroy the environment, the cluster or a topic is refused. */
  readonly protect: boolean
  readonly state: State
  /** The API of Confluent Cloud, if it is not the public one. */
  readonly endpoint: string | undefined
  /** Combinations that are allowed but will not work as expected. */
  readonly warnings: readonly string[]
}

export type Sql =
  | { readonly engine: 'none' }
  | { readonly engine: 'ksqldb'; readonly csu: number }
  | { readonly engine: 'flink'; readonly maxCfu: number }

interface Declaration {
  readonly description: string
  readonly values?: readonly string[]
}

/** Every setting. Its flag and variable follow from its name: `--max-cfu` and PLAYSTREAM_MAX_CFU for maxCfu. */
export const SETTINGS = {
  stage: { description: 'the stage to deploy, which is part of every name', values: STAGES },
  cloud: { description: 'the cloud provider', values: ['AWS', 'AZURE', 'GCP'] },
  region: { description: 'the cloud’s region, such as us-east-2' },
  availability: {
    description: 'the availability, in one zone or several',
    values: ['SINGLE_ZONE', 'MULTI_ZONE', 'LOW', 'HIGH'],
  },
  cluster: { description: 'the type of the Kafka cluster', values: ['basic', 'standard', 'dedicated'] },
  cku: { description: 'the size of a dedicated cluster' },
  governance: { description: 'the package of Stream Governance', values: ['ESSENTIALS', 'ADVANCED'] },
  sql: { description: 'the SQL engine', values: ['none', 'ksqldb', 'flink'] },
  csu: { description: 'the size of ksqlDB, 4 by default' },
  maxCfu: { description: 'the most CFUs for Flink’s statements, 5 by default' },
  protect: {
    description: 'refuse to destroy resources with data; by default on for prod',
    values: ['on', 'off'],
  },
  state: {
    description: 'where Terraform’s state is: local, s3://…, gcs://… or remote:… (docs/operations.md)',
  },
} as const satisfies Record<string, Declaration>

export type SettingName = keyof typeof SETTINGS
export type Flags = { readonly [Name in SettingName]?: string | undefined }

/** Flink takes role bindings only. */
const FLINK_ON_BASIC =
  'Flink’s statements can read no topic of a basic cluster, which has no role bindings on topics: use --cluster standard'

const CSU = [1, 2, 4, 8, 12, 16, 20, 24, 28]
const CFU = [5, 10, 20, 30, 40, 50]

export function flagOf(name: SettingName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function variableOf(name: SettingName): string {
  return `PLAYSTREAM_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`
}

/**
 * The settings from flags, else from PLAYSTREAM_* variables, else their defaults.
 * @throws SettingsError that names every mistake with its value and the fix
 */
export function readSettings(flags: Flags, env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = []
  const given = (name: SettingName) => {
    const flag = flags[name]?.trim()
    if (flag !== undefined) return { text: flag, source: flagOf(name) }
    const text = env[variableOf(name)]?.trim()
    return text ? { text, source: variableOf(name) } : undefined
  }
  const choose = <T extends string>(name: SettingName, values: readonly T[], fallback: NoInfer<T>): T => {
    const found = given(name)
    if (!found) return fallback
    const chosen = values.find((value) => value.toLowerCase() === found.text.toLowerCase())
    if (chosen === undefined)
      problems.push(`${found.source} is '${found.text}': it must be ${values.join(', ')}`)
    return chosen ?? fallback
  }
  const count = (name: SettingName, fallback: number, allowed?: readonly number[]): number => {
    const found = given(name)
    if (!found) return fallback
    const value = /^\d{1,6}$/.test(found.text) ? Number(found.text) : 0
    if (allowed ? allowed.includes(value) : value >= 1) return value
    const range = allowed ? `one of ${allowed.join(', ')}` : 'a whole number from 1 on'
    problems.push(`${found.source} is '${found.text}': it must be ${range}`)
    return fallback
  }
  const goesWith = (name: SettingName, isFit: boolean, fix: string) => {
    const found = given(name)
    if (found && !isFit) problems.push(`${found.source} is '${found.text}', which goes only with ${fix}`)
  }

  const stage = choose('stage', STAGES, 'dev')
  const cloud = choose('cloud', SETTINGS.cloud.values, 'AWS')
  const region = readRegion(given('region'), cloud, problems)
  const availability = choose('availability', SETTINGS.availability.values, 'SINGLE_ZONE')

  const type = choose('cluster', SETTINGS.cluster.values, 'basic')
  const isMultiZone = availability === 'MULTI_ZONE' || availability === 'HIGH'
  const cku = count('cku', isMultiZone ? 2 : 1)
  goesWith('cku', type === 'dedicated', '--cluster dedicated')
  if (type === 'dedicated' && isMultiZone && cku < 2)
    problems.push(`${flagOf('cku')} is '${cku}': a dedicated cluster in several zones needs at least 2`)

  const governance = choose('governance', SETTINGS.governance.values, 'ESSENTIALS')
  const engine = choose('sql', SETTINGS.sql.values, 'none')
  const csu = count('csu', 4, CSU)
  goesWith('csu', engine === 'ksqldb', '--sql ksqldb')
  const maxCfu = count('maxCfu', 5, CFU)
  goesWith('maxCfu', engine === 'flink', '--sql flink')

  const protect = choose('protect', SETTINGS.protect.values, stage === 'prod' ? 'on' : 'off') === 'on'
  const state = readState(given('state'), problems)
  const endpoint = readEndpoint(env, problems)

  if (problems.length > 0) throw new SettingsError(problems.join('; '))
  return {
    stage,
    cloud,
    region,
    availability,
    cluster: type === 'dedicated' ? { type, cku } : { type },
    governance,
    sql: engine === 'ksqldb' ? { engine, csu } : engine === 'flink' ? { engine, maxCfu } : { engine },
    protect,
    state,
    endpoint,
    warnings: engine === 'flink' && type === 'basic' ? [FLINK_ON_BASIC] : [],
  }
}

interface Given {
  readonly text: string
  readonly source: string
}

function readRegion(found: Given | undefined, cloud: string, problems: string[]): string {
  if (!found) {
    if (cloud !== 'AWS')
      problems.push(`${variableOf('region')} is not set: ${cloud} needs a region, by ${flagOf('region')}`)
    return 'us-east-2'
  }
  if (!/^[a-z][a-z0-9-]*$/.test(found.text))
    problems.push(`${found.source} is '${found.text}': it must be a region like us-east-2`)
  return found.text
}

function readState(found: Given | undefined, problems: string[]): State {
  const parsed = parseState(found?.text ?? 'local')
  if (typeof parsed !== 'string') return parsed
  problems.push(`${found?.source} is '${found?.text}': ${parsed}`)
  return { kind: 'local' }
}

function readEndpoint(env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const text = env.CONFLUENT_CLOUD_ENDPOINT?.trim()
  if (!text) return undefined
  const url = URL.parse(text)
  // The value may contain a secret, so it is not shown.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username || url.password)
    problems.push('CONFLUENT_CLOUD_ENDPOINT must be an http or https URL without credentials')
  return text.replace(/\/+$/, '')
}

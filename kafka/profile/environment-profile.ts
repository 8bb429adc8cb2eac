import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ProfileError } from '../errors.ts'
import { readServer } from './bootstrap-server.ts'
import type { Credentials, Profile, SaslMechanism } from './profile.ts'
import { Secret } from './secret.ts'

const PROTOCOLS = ['SASL_SSL', 'SSL', 'SASL_PLAINTEXT', 'PLAINTEXT'] as const
const MECHANISMS: Record<string, SaslMechanism> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
}

/** Whether a profile can have the name: it becomes part of the names of variables, and is nothing but letters, digits, - and _. */
export function isProfileName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/i.test(name)
}

/** What the variables of a profile are called: `cloud` reads PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS and so on. */
export function variablePrefix(name: string): string {
  return `PLAYSTREAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_`
}

/**
 * Any profile but `local`, from environment variables. The connection is encrypted and authenticated unless
 * SECURITY_PROTOCOL says otherwise.
 * @throws ProfileError that names every variable that is missing or wrong, never a secret's value
 */
export function environmentProfile(name: string, env: NodeJS.ProcessEnv): Profile {
  if (!isProfileName(name)) {
    throw new ProfileError(`'${name}' is not a profile's name: letters, digits, - and _ only`)
  }
  const prefix = variablePrefix(name)
  const problems: string[] = []
  const read = (suffix: string) => env[prefix + suffix]?.trim() || undefined
  const require = (suffix: string, what: string) => {
    const value = read(suffix)
    if (value === undefined) problems.push(`${prefix}${suffix} is not set (${what})`)
    return value ?? ''
  }
  const choose = <T extends string>(suffix: string, options: readonly T[], fallback: T): T => {
    const value = read(suffix)?.toUpperCase() ?? fallback
    const chosen = options.find((option) => option === value)
    if (chosen === undefined)
      problems.push(`${prefix}${suffix} is '${value}': it must be ${options.join(', ')}`)
    return chosen ?? fallback
  }

  const servers = require('BOOTSTRAP_SERVERS', 'host:port, several separated by commas')
  const bootstrapServers = servers
    .split(',')
    .map((server) => server.trim())
    .filter(Boolean)
  if (servers && bootstrapServers.length === 0) problems.push(`${prefix}BOOTSTRAP_SERVERS names no server`)
  if (servers.includes('@')) {
    // Not even the part without the @: a secret may hold a comma.
    problems.push(`${prefix}BOOTSTRAP_SERVERS holds an @: it must be host:port, without credentials`)
  } else {
    for (const server of bootstrapServers) {
      if (!readServer(server))
        problems.push(
          `${prefix}BOOTSTRAP_SERVERS has '${server}': it must be host:port, or [address]:port for an IPv6 address`,
        )
    }
  }

  const protocol = choose('SECURITY_PROTOCOL', PROTOCOLS, 'SASL_SSL')
  const mechanism = choose('SASL_MECHANISM', Object.keys(MECHANISMS), 'PLAIN')
  const sasl = protocol.startsWith('SASL')
    ? {
        key: require('API_KEY', `or set ${prefix}SECURITY_PROTOCOL for a cluster without authentication`),
        secret: new Secret(require('API_SECRET', 'the secret of that key')),
        mechanism: MECHANISMS[mechanism] ?? 'plain',
      }
    : undefined
  const caFile = read('CA_FILE')
  const ca = caFile === undefined ? undefined : readAuthority(prefix, caFile, problems)

  const url = require('REGISTRY_URL', 'the address of its schema registry')
  if (url && !isHttpUrl(url))
    problems.push(`${prefix}REGISTRY_URL must be an http or https URL without credentials`)
  const registryKey = read('REGISTRY_API_KEY')
  const registrySecret = read('REGISTRY_API_SECRET')
  if ((registryKey === undefined) !== (registrySecret === undefined)) {
    const absent = registryKey === undefined ? 'KEY' : 'SECRET'
    problems.push(`${prefix}REGISTRY_API_${absent} is not set, and the other half of it is`)
  }
  const credentials: Credentials | undefined =
    registryKey && registrySecret ? { key: registryKey, secret: new Secret(registrySecret) } : undefined

  if (problems.length > 0) throw new ProfileError(`profile '${name}': ${problems.join('; ')}`)
  return {
    name,
    bootstrapServers,
    tls: protocol.endsWith('SSL') ? (ca === undefined ? {} : { ca }) : false,
    ...(sasl ? { sasl } : {}),
    registry: { url: url.replace(/\/+$/, ''), ...(credentials ? { credentials } : {}) },
  }
}

function readAuthority(prefix: string, file: string, problems: string[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    if (isPem(text)) return text
    problems.push(`${prefix}CA_FILE: ${file} holds no certificate in PEM, or a damaged one`)
  } catch (error) {
    problems.push(`${prefix}CA_FILE cannot be read: ${(error as Error).message}`)
  }
  return undefined
}

/** TLS itself passes over what it cannot read, and then trusts nobody. */
function isPem(text: string): boolean {
  const [, ...certificates] = text.split('-----BEGIN CERTIFICATE-----')
  try {
    for (const rest of certificates) new X509Certificate(`-----BEGIN CERTIFICATE-----${rest}`)
    return certificates.length > 0
  } catch {
    return false
  }
}

/** Credentials have variables of their own; in a URL they would show in every message about it. */
function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

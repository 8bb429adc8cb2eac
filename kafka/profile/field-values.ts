import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readServer } from './bootstrap-server.ts'
import { Secret } from './secret.ts'

/**
 * Turns the text of a field into its value, or refuses it: each problem is the rest of a sentence that begins with the
 * field's name, and holds nothing that could be a secret.
 */
export type Parse<T> = (text: string, refuse: (problem: string) => void) => T | undefined

export const text: Parse<string> = (given) => given

export const secret: Parse<Secret> = (given) => new Secret(given)

/** One of several words, in either case, as what it stands for. */
export function oneOf<T>(options: Readonly<Record<string, T>>): Parse<T> {
  return (given, refuse) => {
    const word = given.toUpperCase()
    if (Object.hasOwn(options, word)) return options[word]
    refuse(`is '${word}': it must be ${Object.keys(options).join(', ')}`)
    return undefined
  }
}

export const servers: Parse<readonly string[]> = (given, refuse) => {
  // Not even the part without the @ is shown: a secret may hold a comma.
  if (given.includes('@')) refuse('holds an @: it must be host:port, without credentials')
  const found = given
    .split(',')
    .map((server) => server.trim())
    .filter(Boolean)
  if (found.length === 0) refuse('names no server')
  if (given.includes('@') || found.length === 0) return undefined
  const wrong = found.filter((server) => !readServer(server))
  for (const server of wrong)
    refuse(`has '${server}': it must be host:port, or [address]:port for an IPv6 address`)
  return wrong.length === 0 ? found : undefined
}

/** Without a slash at the end. Credentials have fields of their own: in a URL they would show in every message about it. */
export const httpUrl: Parse<string> = (given, refuse) => {
  const url = URL.parse(given)
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return given.replace(/\/+$/, '')
  refuse('must be an http or https URL without credentials')
  return undefined
}

/** The certificates in a file, in PEM. */
export const certificatesIn: Parse<string> = (file, refuse) => {
  try {
    const pem = readFileSync(file, 'utf8')
    if (isPem(pem)) return pem
    refuse(`names ${file}, which holds no certificate in PEM, or a damaged one`)
  } catch (error) {
    refuse(`names a file that cannot be read: ${(error as Error).message}`)
  }
  return undefined
}

/** TLS itself skips a certificate that it cannot read, and then trusts nobody. */
function isPem(pem: string): boolean {
  const [, ...certificates] = pem.split('-----BEGIN CERTIFICATE-----')
  try {
    for (const rest of certificates) new X509Certificate(`-----BEGIN CERTIFICATE-----${rest}`)
    return certificates.length > 0
  } catch {
    return false
  }
}

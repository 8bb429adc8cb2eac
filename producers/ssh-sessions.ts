import type { Random } from './random.ts'

export interface Connection {
  readonly host: string
  readonly pid: number
  readonly address: string
  readonly port: number
}

/** One log message of a program on a host. */
export interface Step {
  readonly host: string
  readonly app: string
  readonly pid: number
  readonly message: string
  /** Failed login attempts that this message concludes. */
  readonly attempts: number
}

/** sshd's messages for a login with a key, up to the end of the session. */
export function login(connection: Connection, user: string, random: Random): Step[] {
  const { address, port } = connection
  const key = `ED25519 SHA256:${random.hex(43)}`
  return [
    sshd(connection, `Accepted publickey for ${user} from ${address} port ${port} ssh2: ${key}`),
    sshd(connection, `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`),
    sshd(connection, `Received disconnect from ${address} port ${port}:11: disconnected by user`),
    sshd(connection, `Disconnected from user ${user} ${address} port ${port}`),
    sshd(connection, `pam_unix(sshd:session): session closed for user ${user}`),
  ]
}

/** sshd's messages for a user who mistypes a password, then gets it right. */
export function mistypedLogin(connection: Connection, user: string, mistakes: number): Step[] {
  const { address, port } = connection
  return [
    sshd(connection, pamFailure(connection, user)),
    ...refusals(connection, user, mistakes),
    sshd(connection, `Accepted password for ${user} from ${address} port ${port} ssh2`),
    sshd(connection, `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`),
    sshd(connection, `Disconnected from user ${user} ${address} port ${port}`),
    sshd(connection, `pam_unix(sshd:session): session closed for user ${user}`),
  ]
}

/** sshd's messages for password guesses of an existing user, in one connection. */
export function guesses(connection: Connection, user: string, count: number, random: Random): Step[] {
  const { address, port } = connection
  const steps = [sshd(connection, pamFailure(connection, user))]
  const message = `Failed password for ${user} from ${address} port ${port} ssh2`
  if (count > 2 && random.chance(0.3)) {
    // syslog folds repeated messages into a count.
    steps.push(sshd(connection, message, 1))
    steps.push(sshd(connection, `message repeated ${count - 1} times: [ ${message}]`, count - 1))
  } else {
    steps.push(...refusals(connection, user, count))
  }
  return [...steps, ...disconnect(connection, `authenticating user ${user}`, count, random)]
}

/** sshd's messages for password guesses of an unknown user, in one connection. */
export function guessesOfUnknownUser(
  connection: Connection,
  user: string,
  count: number,
  random: Random,
): Step[] {
  const { address, port } = connection
  return [
    sshd(connection, `Invalid user ${user} from ${address} port ${port}`),
    sshd(connection, 'pam_unix(sshd:auth): check pass; user unknown'),
    sshd(connection, pamFailure(connection, undefined)),
    ...refusals(connection, `invalid user ${user}`, count),
    ...disconnect(connection, `invalid user ${user}`, count, random),
  ]
}

/** sshd's messages for a successful guess. */
export function successfulGuess(connection: Connection, user: string): Step[] {
  const { address, port } = connection
  return [
    sshd(connection, `Accepted password for ${user} from ${address} port ${port} ssh2`),
    sshd(connection, `pam_unix(sshd:session): session opened for user ${user}(uid=0) by (uid=0)`),
  ]
}

/** sshd's messages for a probe that makes no login attempt. */
export function probe(connection: Connection, random: Random): Step[] {
  const { address, port } = connection
  const peer = `${address} port ${port}`
  switch (random.below(5)) {
    case 0:
      return [sshd(connection, `Did not receive identification string from ${peer}`)]
    case 1:
      return [
        sshd(connection, 'error: kex_exchange_identification: Connection closed by remote host'),
        sshd(connection, `Connection closed by ${peer}`),
      ]
    case 2:
      return [sshd(connection, `banner exchange: Connection from ${peer}: invalid format`)]
    case 3: {
      const offer = 'no matching host key type found. Their offer: ssh-dss'
      return [sshd(connection, `Unable to negotiate with ${peer}: ${offer} [preauth]`)]
    }
    default:
      return [sshd(connection, `Connection closed by ${peer} [preauth]`)]
  }
}

function refusals(connection: Connection, user: string, count: number): Step[] {
  const { address, port } = connection
  return Array.from({ length: count }, () =>
    sshd(connection, `Failed password for ${user} from ${address} port ${port} ssh2`, 1),
  )
}

function disconnect(connection: Connection, name: string, count: number, random: Random): Step[] {
  const peer = `${connection.address} port ${connection.port}`
  const user = name.replace(/^authenticating user /, '')
  if (count >= 6) {
    return [
      sshd(
        connection,
        `error: maximum authentication attempts exceeded for ${user} from ${peer} ssh2 [preauth]`,
      ),
      sshd(connection, `Disconnecting ${name} ${peer}: Too many authentication failures [preauth]`),
    ]
  }
  if (random.chance(0.5)) return [sshd(connection, `Connection closed by ${name} ${peer} [preauth]`)]
  return [
    sshd(connection, `Received disconnect from ${peer}:11: Bye Bye [preauth]`),
    sshd(connection, `Disconnected from ${name} ${peer} [preauth]`),
  ]
}

function pamFailure({ address }: Connection, user: string | undefined): string {
  const fields = `logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`
  return `pam_unix(sshd:auth): authentication failure; ${fields} ${user === undefined ? '' : ` user=${user}`}`
}

function sshd({ host, pid }: Connection, message: string, attempts = 0): Step {
  return { host, app: 'sshd', pid, message, attempts }
}

import type { Random } from './random.ts'

/** Who connects to what. */
export interface Connection {
  readonly host: string
  readonly pid: number
  readonly address: string
  readonly port: number
}

/** One message of a program on a host. */
export interface Step {
  readonly host: string
  readonly app: string
  readonly pid: number
  readonly message: string
  /** How many failed attempts it is the last word on. */
  readonly attempts: number
}

/** What sshd says of a login with a key, from its beginning to its end. */
export function login(connection: Connection, user: string, random: Random): Step[] {
  const { address, port } = connection
  const key = `ED25519 SHA256:${random.hex(43)}`
  return [
    say(connection, `Accepted publickey for ${user} from ${address} port ${port} ssh2: ${key}`),
    say(connection, `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`),
    say(connection, `Received disconnect from ${address} port ${port}:11: disconnected by user`),
    say(connection, `Disconnected from user ${user} ${address} port ${port}`),
    say(connection, `pam_unix(sshd:session): session closed for user ${user}`),
  ]
}

/** What sshd says of somebody who mistypes a password, and then does not. */
export function mistypedLogin(connection: Connection, user: string, mistakes: number): Step[] {
  const { address, port } = connection
  return [
    say(connection, pamFailure(connection, user)),
    ...refusals(connection, user, mistakes),
    say(connection, `Accepted password for ${user} from ${address} port ${port} ssh2`),
    say(connection, `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)`),
    say(connection, `Disconnected from user ${user} ${address} port ${port}`),
    say(connection, `pam_unix(sshd:session): session closed for user ${user}`),
  ]
}

/** What sshd says of guesses at the password of a user that exists, in one connection. */
export function guesses(connection: Connection, user: string, count: number, random: Random): Step[] {
  const { address, port } = connection
  const steps = [say(connection, pamFailure(connection, user))]
  const message = `Failed password for ${user} from ${address} port ${port} ssh2`
  if (count > 2 && random.chance(0.3)) {
    // syslog counts what it hears again.
    steps.push(say(connection, message, 1))
    steps.push(say(connection, `message repeated ${count - 1} times: [ ${message}]`, count - 1))
  } else {
    steps.push(...refusals(connection, user, count))
  }
  return [...steps, ...farewell(connection, `authenticating user ${user}`, count, random)]
}

/** What sshd says of guesses at a user that does not exist, in one connection. */
export function guessesAtNobody(connection: Connection, user: string, count: number, random: Random): Step[] {
  const { address, port } = connection
  return [
    say(connection, `Invalid user ${user} from ${address} port ${port}`),
    say(connection, 'pam_unix(sshd:auth): check pass; user unknown'),
    say(connection, pamFailure(connection, undefined)),
    ...refusals(connection, `invalid user ${user}`, count),
    ...farewell(connection, `invalid user ${user}`, count, random),
  ]
}

/** What sshd says of a guess that was right. */
export function intrusion(connection: Connection, user: string): Step[] {
  const { address, port } = connection
  return [
    say(connection, `Accepted password for ${user} from ${address} port ${port} ssh2`),
    say(connection, `pam_unix(sshd:session): session opened for user ${user}(uid=0) by (uid=0)`),
  ]
}

/** What sshd says of those who only look who is there: no attempt to log in. */
export function glance(connection: Connection, random: Random): Step[] {
  const { address, port } = connection
  const peer = `${address} port ${port}`
  switch (random.below(5)) {
    case 0:
      return [say(connection, `Did not receive identification string from ${peer}`)]
    case 1:
      return [
        say(connection, 'error: kex_exchange_identification: Connection closed by remote host'),
        say(connection, `Connection closed by ${peer}`),
      ]
    case 2:
      return [say(connection, `banner exchange: Connection from ${peer}: invalid format`)]
    case 3: {
      const offer = 'no matching host key type found. Their offer: ssh-dss'
      return [say(connection, `Unable to negotiate with ${peer}: ${offer} [preauth]`)]
    }
    default:
      return [say(connection, `Connection closed by ${peer} [preauth]`)]
  }
}

function refusals(connection: Connection, user: string, count: number): Step[] {
  const { address, port } = connection
  return Array.from({ length: count }, () =>
    say(connection, `Failed password for ${user} from ${address} port ${port} ssh2`, 1),
  )
}

function farewell(connection: Connection, name: string, count: number, random: Random): Step[] {
  const peer = `${connection.address} port ${connection.port}`
  const user = name.replace(/^authenticating user /, '')
  if (count >= 6) {
    return [
      say(
        connection,
        `error: maximum authentication attempts exceeded for ${user} from ${peer} ssh2 [preauth]`,
      ),
      say(connection, `Disconnecting ${name} ${peer}: Too many authentication failures [preauth]`),
    ]
  }
  if (random.chance(0.5)) return [say(connection, `Connection closed by ${name} ${peer} [preauth]`)]
  return [
    say(connection, `Received disconnect from ${peer}:11: Bye Bye [preauth]`),
    say(connection, `Disconnected from ${name} ${peer} [preauth]`),
  ]
}

function pamFailure({ address }: Connection, user: string | undefined): string {
  const fields = `logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`
  return `pam_unix(sshd:auth): authentication failure; ${fields} ${user === undefined ? '' : ` user=${user}`}`
}

function say({ host, pid }: Connection, message: string, attempts = 0): Step {
  return { host, app: 'sshd', pid, message, attempts }
}

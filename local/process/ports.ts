import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { LocalRuntimeError } from '../errors.ts'

export const LOOPBACK = '127.0.0.1'
export const DEFAULT_PORT_BASE = 9092

/** The ports of one runtime: consecutive, starting at its port base. */
export interface Ports {
  readonly broker: number
  readonly controller: number
  readonly registry: number
}

/** Flink's ports, if the runtime has Flink; they follow the others. */
export interface FlinkPorts {
  readonly sqlGateway: number
  /** Flink's own REST API and its web page. */
  readonly flink: number
  /** ZooKeeper, which stores Flink's jobs. */
  readonly zookeeper: number
}

const COUNT = 6

/**
 * Bases are chosen below the range of ports for outgoing connections on Linux and macOS, so that no connection takes a port of
 * a base that was just found free.
 */
const FIRST = 15_000
const SLOTS = Math.floor((32_000 - FIRST) / COUNT)
/** Slots of a process before those of the next process number begin. */
const STRIDE = 61

/** Slots that this process has tried. */
let searches = 0

export function portsFrom(base: number): Ports {
  return { broker: base, controller: base + 1, registry: base + 2 }
}

export function flinkPortsFrom(base: number): FlinkPorts {
  return { sqlGateway: base + 3, flink: base + 4, zookeeper: base + 5 }
}

/**
 * Checks that every port is free before any service starts.
 * @param withFlink whether Flink starts too
 * @throws LocalRuntimeError that names the port, its holder if the system knows it, and a free base
 */
export async function requireFree(base: number, withFlink = false): Promise<void> {
  const ports = { ...portsFrom(base), ...(withFlink ? flinkPortsFrom(base) : {}) }
  for (const [service, port] of Object.entries(ports)) {
    if (await isFree(port)) continue
    const holder = holderOf(port)
    throw new LocalRuntimeError(
      'PORT_TAKEN',
      `port ${port} (for the ${service}) is taken${holder ? ` by ${holder}` : ''}; ` +
        `end that, or start elsewhere with --port-base ${await freeBase()}`,
    )
  }
}

/**
 * A port base whose ports are all free at this moment. Bases do not overlap, and each process begins its search elsewhere, so
 * that processes that search at the same moment, such as test workers, find different bases.
 */
export async function freeBase(): Promise<number> {
  for (;;) {
    const base = FIRST + ((process.pid * STRIDE + searches) % SLOTS) * COUNT
    searches += 1
    const ports = { ...portsFrom(base), ...flinkPortsFrom(base) }
    const free = await Promise.all(Object.values(ports).map(isFree))
    if (free.every(Boolean)) return base
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** `name (pid N)` of the process that listens on a port, if the system knows it. */
function holderOf(port: number): string | undefined {
  return process.platform === 'linux' ? holderOnLinux(port) : holderByLsof(port)
}

function holderOnLinux(port: number): string | undefined {
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    try {
      for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/)
        const listens = fields[3] === '0A'
        if (listens && fields[1]?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`)) {
          inodes.add(`socket:[${fields[9]}]`)
        }
      }
    } catch {
      // This kernel lacks the table; the other table may have the socket.
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const folder = `/proc/${pid}/fd`
      if (readdirSync(folder).some((fd) => inodes.has(readLink(`${folder}/${fd}`)))) {
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
      }
    } catch {
      // The process is another user's, or has just ended.
    }
  }
  return undefined
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function holderByLsof(port: number): string | undefined {
  try {
    const listing = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
      encoding: 'utf8',
    })
    const pid = /^p(\d+)/m.exec(listing)?.[1]
    const command = /^c(.+)/m.exec(listing)?.[1]
    return pid && command ? `${command} (pid ${pid})` : undefined
  } catch {
    return undefined
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topic } from '../../catalog/topics.ts'
import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import { freeBase } from '../../local/process/ports.ts'
import { HostLogs } from '../../producers/host-logs.ts'
import { lineWriter } from '../../producers/log-format.ts'
import { shippedLines } from '../testing/test-log-records.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream } from '../testing/test-playstream.ts'

const RSYSLOGD = '/usr/sbin/rsyslogd'
const isInstalled = existsSync(RSYSLOGD) && globSync('/usr/lib/*/rsyslog/omkafka.so').length > 0
const poll = { timeout: 60_000, interval: 250 }

describe.skipIf(!isInstalled)(
  `what rsyslog ships${isInstalled ? '' : ' (skipped: apt-get install rsyslog rsyslog-kafka)'}`,
  () => {
    const cluster = ownCluster()
    let rsyslog: ChildProcess | undefined
    let port: number

    beforeAll(async () => {
      port = await freeBase()
    })

    afterAll(() => void rsyslog?.kill('SIGKILL'))

    async function filledConfiguration(): Promise<string> {
      const run = new Playstream(cluster.home, ['logs', 'config', 'rsyslog'])
      expect(await run.ended).toBe(0)
      const spool = join(cluster.home.folder, 'spool')
      mkdirSync(spool)
      const file = join(cluster.home.folder, 'main.conf')
      writeFileSync(
        file,
        `global(workDirectory="${spool}")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="${port}")
${run.output.replaceAll('/var/spool/rsyslog', spool)}`,
      )
      return file
    }

    function send(lines: readonly (string | Buffer)[]): void {
      const socket = connect(port, '127.0.0.1')
      for (const line of lines) socket.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]))
      socket.end()
    }

    test('with the configuration of playstream logs config arrives whole, by host, and is searched for attacks', async () => {
      const file = await filledConfiguration()
      const check = spawnSync(RSYSLOGD, ['-N1', '-f', file], { encoding: 'utf8' })
      expect(check).toMatchObject({ status: 0 })
      expect(check.stderr).not.toMatch(/error|warning/i)
      rsyslog = spawn(RSYSLOGD, ['-n', '-f', file, '-i', join(cluster.home.folder, 'pid')], {
        stdio: 'inherit',
      })
      await expect.poll(() => isListening(port), poll).toBe(true)

      const start = Date.now()
      const logs = new HostLogs({ seed: 3, start, linesPerSecond: 1_000, hosts: 6, attackRatio: 0 })
      const write = lineWriter('rfc5424')
      const lines = Array.from({ length: 1_000 }, () => logs.next())
      const attempt = 'Failed password for root from 203.0.113.77 port 4711 ssh2'
      send([
        ...lines.map(write),
        // As sshd's own go to /dev/log, of the hour in which they are read.
        ...Array.from(
          { length: 6 },
          (_, pid) => `<86>${classicTime(start)} web-9 sshd[${pid + 1}]: ${attempt}`,
        ),
        Buffer.from(`<14>${classicTime(start)} web-8 app: quote " back\\slash \xfc end`, 'latin1'),
      ])
      const count = lines.length + 7
      await expect.poll(async () => (await shippedLines(cluster.profile)).length, poll).toBe(count)

      const arrived = await shippedLines(cluster.profile)
      for (const { host, partition } of arrived)
        expect(partition).toBe(partitionOfKey(Buffer.from(host), topic('logs').partitions))
      const texts = (
        own: readonly { timestamp: number; app: string | null; pid: number | null; message: string }[],
      ) => own.map(({ timestamp, app, pid, message }) => `${timestamp} ${app} ${pid} ${message}`)
      for (const host of new Set(lines.map((line) => line.host))) {
        const [sent, got] = [lines, arrived].map((all) => texts(all.filter((line) => line.host === host)))
        expect(new Set(got)).toEqual(new Set(sent))
        expect(got).toEqual(sent)
      }
      expect(arrived.find(({ host }) => host === 'web-8')).toMatchObject({
        pid: null,
        message: 'quote " back\\slash   end',
      })

      const detect = new Playstream(cluster.home, ['ssh', 'detect'])
      await detect.says(/open +brute-force from 203\.0\.113\.77 on web-9: 5 attempts as root/)
      detect.process.kill('SIGINT')
      expect(await detect.ended).toBe(0)
    })
  },
)

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** As RFC 3164 has it, in the zone of this machine, which is rsyslog's too. */
function classicTime(time: number): string {
  const [, month, day, , clock] = new Date(time).toString().split(' ')
  return `${month} ${String(Number(day)).padStart(2)} ${clock}`
}

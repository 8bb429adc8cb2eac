import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Service } from '../../local/process/service.ts'

const RSYSLOGD = '/usr/sbin/rsyslogd'

export function hasRsyslog(): boolean {
  return existsSync(RSYSLOGD) && existsSync('/usr/lib/x86_64-linux-gnu/rsyslog/omkafka.so')
}

/** rsyslog as Debian ships it: imfile reads the file, omkafka sends each line as JSON, keyed by host name. */
export function startRsyslog(
  folder: string,
  run: { file: string; broker: string; topic: string },
): Promise<Service> {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'rsyslog.conf')
  writeFileSync(
    config,
    `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imfile")
module(load="omkafka")
template(name="host" type="string" string="%hostname%")
template(name="log" type="string" string="{\\"timestamp\\":%timereported:::date-unixtimestamp%000,\\"host\\":\\"%hostname:::json%\\",\\"message\\":\\"%msg:::json%\\",\\"source\\":{\\"file\\":\\"%$!metadata!filename:::json%\\",\\"offset\\":%$!metadata!fileoffset%}}")
ruleset(name="ship" queue.type="LinkedList" queue.size="200000" queue.dequeueBatchSize="4096") {
  action(type="omkafka" broker=["${run.broker}"] topic="${run.topic}" template="log" dynaKey="on" key="host"
    confParam=["acks=all", "enable.idempotence=true", "linger.ms=20", "queue.buffering.max.messages=500000"])
}
input(type="imfile" file="${run.file}" tag="bench" ruleset="ship" addMetadata="on")
`,
  )
  return Service.start({
    name: 'rsyslog',
    command: RSYSLOGD,
    args: ['-n', '-f', config, '-i', join(folder, 'rsyslogd.pid')],
    cwd: folder,
    logFile: join(folder, 'rsyslog.log'),
  })
}

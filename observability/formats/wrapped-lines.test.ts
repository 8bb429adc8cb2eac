import { describe, expect, test } from 'vitest'
import { lineReader } from './line-reader.ts'
import { readLine } from './test-reader.ts'
import { UTC } from './time/time-zone.ts'

const FAILED = 'Failed password for root from 203.0.113.9 port 4201 ssh2'
const SYSLOG = `Nov 20 09:01:00 gw1 sshd[301]: ${FAILED}`
const AT = Date.parse('2026-11-20T09:01:00Z')
const json = (record: unknown) => JSON.stringify(record)

/** Lines of syslog wrapped by a runtime or a collector, each with host, program, pid, time and message. */
const WHOLE: readonly (readonly [string, string])[] = [
  ['Docker’s json-file', json({ log: `${SYSLOG}\n`, stream: 'stderr', time: '2026-11-20T10:00:00.1Z' })],
  [
    'Docker’s json-file without a line feed',
    json({ log: SYSLOG, stream: 'stderr', time: '2026-11-20T10:00:00.1Z' }),
  ],
  [
    'Docker’s json-file with attributes',
    json({ log: `${SYSLOG}\r\n`, stream: 'stdout', attrs: { tag: 'x' }, time: '2026-11-20T10:00:00Z' }),
  ],
  [
    'Filebeat',
    json({
      '@timestamp': '2026-11-20T10:00:00.000Z',
      message: SYSLOG,
      log: { offset: 0, file: { path: '/var/log/auth.log' } },
      host: { name: 'collector' },
      agent: { type: 'filebeat' },
    }),
  ],
  [
    'Filebeat’s system module',
    json({
      '@timestamp': '2026-11-20T09:01:00.000Z',
      message: FAILED,
      host: { name: 'gw1' },
      process: { name: 'sshd', pid: 301 },
    }),
  ],
  [
    'ECS with a syslog header',
    json({
      '@timestamp': '2026-11-20T09:01:00Z',
      message: FAILED,
      log: { syslog: { appname: 'sshd', procid: '301', hostname: 'gw1' } },
    }),
  ],
  [
    'ECS with flat names',
    json({
      '@timestamp': '2026-11-20T09:01:00Z',
      message: FAILED,
      'host.name': 'gw1',
      'process.name': 'sshd',
      'process.pid': 301,
    }),
  ],
  [
    'Logstash’s syslog input',
    json({
      '@timestamp': '2026-11-20T09:01:00Z',
      message: FAILED,
      host: '10.0.0.1',
      program: 'sshd',
      pid: '301',
      logsource: 'gw1',
    }).replace('"host":"10.0.0.1",', ''),
  ],
  [
    'Vector’s syslog source',
    json({
      appname: 'sshd',
      facility: 'auth',
      host: 'gw1',
      hostname: 'gw1',
      message: FAILED,
      procid: 301,
      severity: 'info',
      source_type: 'syslog',
      timestamp: '2026-11-20T09:01:00Z',
    }),
  ],
  [
    'Vector’s file source',
    json({
      file: '/var/log/auth.log',
      host: 'collector',
      message: SYSLOG,
      source_type: 'file',
      timestamp: '2026-11-20T10:00:00Z',
    }),
  ],
  ['Fluent Bit’s tail', json({ date: 1795165260.25, log: SYSLOG })],
  [
    'Fluent Bit’s syslog parser',
    json({ date: 1795165260, pri: '38', host: 'gw1', ident: 'sshd', pid: '301', message: FAILED }),
  ],
  [
    'Fluent Bit on Kubernetes',
    json({
      time: '2026-11-20T10:00:00Z',
      stream: 'stderr',
      _p: 'F',
      log: SYSLOG,
      kubernetes: { pod_name: 'ssh-0', host: 'node-1' },
    }),
  ],
  [
    'Fluentd’s file output',
    `2026-11-20T09:01:00+00:00\tsyslog.auth.info\t${json({ host: 'gw1', ident: 'sshd', pid: '301', message: FAILED })}`,
  ],
  [
    'rsyslog’s jsonmesg',
    json({
      msg: ` ${FAILED}`,
      rawmsg: 'x',
      timereported: '2026-11-20T09:01:00.000000+00:00',
      hostname: 'gw1',
      syslogtag: 'sshd[301]:',
      programname: 'sshd',
      procid: '301',
    }),
  ],
  [
    'rsyslog with a tag alone',
    json({ timestamp: '2026-11-20T09:01:00+00:00', host: 'gw1', syslogtag: 'sshd[301]:', msg: FAILED }),
  ],
  [
    'syslog-ng’s format-json',
    json({
      PROGRAM: 'sshd',
      PID: '301',
      MESSAGE: FAILED,
      HOST: 'gw1',
      ISODATE: '2026-11-20T09:01:00+00:00',
      FACILITY: 'auth',
    }),
  ],
  [
    'GELF',
    json({
      version: '1.1',
      host: 'gw1',
      short_message: FAILED,
      timestamp: 1795165260,
      level: 6,
      _application_name: 'sshd',
      _process_id: 301,
    }),
  ],
  [
    'Splunk’s collector',
    json({ time: 1795165260, host: 'collector', source: '/var/log/auth.log', event: SYSLOG }),
  ],
  [
    'Google Cloud',
    json({ textPayload: SYSLOG, timestamp: '2026-11-20T10:00:00Z', resource: { type: 'gce_instance' } }),
  ],
  [
    'Google Cloud with a payload',
    json({ jsonPayload: { message: SYSLOG }, timestamp: '2026-11-20T10:00:00Z' }),
  ],
  ['CloudWatch', json({ timestamp: 1795165260000, message: SYSLOG, ingestionTime: 1795165261000 })],
  [
    'Azure',
    json({
      TimeGenerated: '2026-11-20T09:01:00Z',
      Computer: 'gw1',
      ProcessName: 'sshd',
      ProcessID: 301,
      SyslogMessage: FAILED,
    }),
  ],
  ['Loki', json({ labels: { job: 'auth' }, line: SYSLOG, timestamp: '2026-11-20T10:00:00Z' })],
  [
    'a record of the topic logs',
    json({
      timestamp: AT,
      host: 'gw1',
      app: 'sshd',
      pid: 301,
      facility: 'auth',
      severity: 'info',
      message: FAILED,
    }),
  ],
  [
    'a record of the topic logs, shipped as a line',
    json({
      timestamp: AT,
      host: 'gw1',
      app: null,
      pid: null,
      facility: null,
      severity: null,
      message: json({ log: `${SYSLOG}\n` }),
    }),
  ],
  [
    'Docker’s journald driver',
    json({
      MESSAGE: SYSLOG,
      _HOSTNAME: 'node-1',
      SYSLOG_IDENTIFIER: '9f2c41d07a5b',
      CONTAINER_ID: '9f2c41d07a5b',
      _PID: '77',
      __REALTIME_TIMESTAMP: '1795168860000000',
    }),
  ],
  [
    'Vector’s journald source',
    json({
      message: FAILED,
      host: 'gw1',
      SYSLOG_IDENTIFIER: 'sshd',
      _PID: '301',
      __REALTIME_TIMESTAMP: '1795165260000000',
      source_type: 'journald',
    }),
  ],
  [
    'Fluent Bit’s systemd input',
    json({ date: 1795165260.0, MESSAGE: FAILED, _HOSTNAME: 'gw1', SYSLOG_IDENTIFIER: 'sshd', _PID: '301' }),
  ],
  [
    'Filebeat’s journald input',
    json({
      '@timestamp': '2026-11-20T09:01:00Z',
      message: FAILED,
      host: { hostname: 'gw1' },
      syslog: { identifier: 'sshd' },
      journald: { process: { name: 'sshd', pid: 301 } },
    }),
  ],
  [
    'the journal in Filebeat’s',
    json({
      message: json({
        MESSAGE: FAILED,
        _HOSTNAME: 'gw1',
        SYSLOG_IDENTIFIER: 'sshd',
        SYSLOG_PID: '301',
        __REALTIME_TIMESTAMP: '1795165260000000',
      }),
    }),
  ],
  [
    'Docker’s in Filebeat’s',
    json({
      '@timestamp': '2026-11-20T10:00:00Z',
      message: json({ log: `${SYSLOG}\n`, stream: 'stderr', time: '2026-11-20T10:00:00Z' }),
    }),
  ],
  ['the CRI', `2026-11-20T10:00:00.123456789Z stderr F ${SYSLOG}`],
  ['the CRI with a zone', `2026-11-20T10:00:00.123456789+01:00 stdout F ${SYSLOG}`],
  [
    'RFC 5424 in the CRI',
    `2026-11-20T10:00:00.1Z stdout F <38>1 2026-11-20T09:01:00Z gw1 sshd 301 - - ${FAILED}`,
  ],
  [
    'JSON in the CRI',
    `2026-11-20T10:00:00.1Z stdout F ${json({ '@timestamp': '2026-11-20T09:01:00Z', message: SYSLOG })}`,
  ],
  ['docker logs -t', `2026-11-20T10:00:00.123456789Z ${SYSLOG}`],
  ['docker compose', `ssh-1  | ${SYSLOG}`],
  ['docker compose, JSON within', `ssh-1  | ${json({ message: SYSLOG })}`],
  ['RFC 5424, octets counted', `95 <38>1 2026-11-20T09:01:00Z gw1 sshd 301 - - ${FAILED}`],
  ['RFC 3164, octets counted', `95 <38>${SYSLOG}`],
  ['a byte order mark', `\uFEFF${SYSLOG}`],
  ['a byte order mark before JSON', `\uFEFF${json({ log: `${SYSLOG}\n`, stream: 'stderr' })}`],
]

describe('a line of syslog wrapped by', () => {
  test.each(WHOLE)('%s has the fields that it has unwrapped', (_, line) => {
    expect(readLine(line)).toMatchObject({
      timestamp: AT,
      host: 'gw1',
      app: 'sshd',
      pid: 301,
      readable: true,
    })
    expect(readLine(line).message.trim()).toBe(FAILED)
  })

  test('another program has its own name, even if its message looks like a line of sshd', () => {
    for (const line of [
      `Nov 20 09:01:00 gw1 nginx[5]: Nov 20 09:01:00 gw1 sshd[301]: ${FAILED}`,
      json({ MESSAGE: SYSLOG, SYSLOG_IDENTIFIER: 'nginx', __REALTIME_TIMESTAMP: '1795165260000000' }),
      json({ message: `GET /${SYSLOG}`, program: 'nginx', host: 'gw1' }),
    ])
      expect(readLine(line).app).toBe('nginx')
  })

  test('a wrapper with a time has that time if the line has none', () => {
    const time = '2026-11-20T09:01:00Z'
    for (const line of [
      `${time} stderr F sshd[301]: ${FAILED}`,
      json({ log: `sshd[301]: ${FAILED}\n`, time }),
    ])
      expect(readLine(line)).toMatchObject({ timestamp: AT, app: 'sshd', pid: 301, message: FAILED })
  })
})

test('a line of OpenSSH for Windows has pid, local time and message', () => {
  const read = lineReader('auto', { zone: UTC, reference: () => AT })
  expect(read(`4567 2026-11-20 09:01:00.123 ${FAILED}`)).toMatchObject({
    timestamp: AT + 123,
    app: 'sshd',
    pid: 4567,
    message: FAILED,
    format: 'win32-openssh',
  })
})

describe('a line that a container runtime has split', () => {
  const reader = () => lineReader('auto', { zone: UTC, reference: () => AT })

  test('is joined at its last part, also if other streams write in between', () => {
    const read = reader()
    const cri = (stream: string, tag: string, text: string) =>
      read(`2026-11-20T10:00:00.1Z ${stream} ${tag} ${text}`)
    expect(cri('stderr', 'P', SYSLOG.slice(0, 40))).toMatchObject({ message: '', app: null, readable: true })
    expect(cri('stdout', 'F', 'hello')).toMatchObject({ message: 'hello' })
    expect(cri('stderr', 'P', SYSLOG.slice(40, 60))).toMatchObject({ message: '' })
    expect(cri('stderr', 'F', SYSLOG.slice(60))).toMatchObject({ app: 'sshd', message: FAILED })
    expect(cri('stderr', 'F', SYSLOG)).toMatchObject({ app: 'sshd', message: FAILED })
  })

  test('is joined from Docker’s records, which end at 16 KiB without a line feed', () => {
    const read = reader()
    const long = `Nov 20 09:01:00 gw1 sshd[301]: ${'x'.repeat(20_000)}`
    const part = (log: string) => read(json({ log, stream: 'stderr', time: '2026-11-20T10:00:00Z' }))
    expect(part(long.slice(0, 2 ** 14)).message).toBe('')
    expect(part(`${long.slice(2 ** 14)}\n`)).toMatchObject({ app: 'sshd', message: 'x'.repeat(20_000) })
    expect(part(`${SYSLOG}\n`)).toMatchObject({ message: FAILED })
  })

  test('is cut at the limit of a line, however many parts follow', () => {
    const read = reader()
    const part = 'x'.repeat(2 ** 18)
    for (let count = 0; count < 20; count += 1) read(`2026-11-20T10:00:00.1Z stderr P ${part}`)
    expect(read('2026-11-20T10:00:00.1Z stderr F end').message.length).toBeLessThanOrEqual(2 ** 20 + 3)
  })
})

test.each(['{"a":1}', '{"log":{"offset":1}}', '{"message":{}}', '95 bottles', '\uFEFF', '4567 2026-11-20'])(
  '%j is not a known wrapper, and is plain',
  (line) => {
    expect(readLine(line)).toMatchObject({ readable: false, message: line })
  },
)

test('records within records are read to a bounded depth', () => {
  let line = SYSLOG
  for (let depth = 0; depth < 8; depth += 1) line = json({ message: line })
  expect(readLine(line).app).toBeNull()
})

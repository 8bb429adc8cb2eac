import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import {
  addMetricsOptions,
  METRICS_HELP,
  type MetricsOptions,
  metricsAddressOf,
  metricsHost,
  metricsPort,
} from './metrics-options.ts'

function parsed(...args: string[]) {
  const command = addMetricsOptions(new Command().exitOverride().configureOutput({ outputError: () => {} }))
  command.parse(args, { from: 'user' })
  return metricsAddressOf(command, command.opts<MetricsOptions>())
}

test('without options nothing is served', () => {
  expect(parsed()).toBeUndefined()
})

test('a port alone is served on loopback', () => {
  expect(parsed('--metrics-port', '9400')).toEqual({ host: '127.0.0.1', port: 9_400 })
})

test('a port and a host are served there', () => {
  expect(parsed('--metrics-port', '0', '--metrics-host', '::')).toEqual({ host: '::', port: 0 })
})

test('a host without a port is wrong usage that names the missing option', () => {
  const parse = () => parsed('--metrics-host', '0.0.0.0')
  expect(parse).toThrow(CommanderError)
  expect(parse).toThrow('--metrics-host 0.0.0.0 serves nothing without a port: add --metrics-port <port>')
})

test.each([
  ['0', 0],
  ['1', 1],
  ['65535', 65_535],
])('the port %s is accepted', (text, port) => {
  expect(metricsPort(text)).toBe(port)
})

test.each(['', '-1', '65536', '94.5', '1e3', '0x10', ' 80', '100000', 'http'])(
  'the port %j is refused',
  (text) => {
    expect(() => metricsPort(text)).toThrow(InvalidArgumentError)
    expect(() => metricsPort(text)).toThrow(/^It must be a port from 1 to 65535, or 0/)
  },
)

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fe80::1%eth0',
  'localhost',
  'metrics-1.example.com',
  '3com.example',
])('the host %s is accepted', (text) => {
  expect(metricsHost(text)).toBe(text)
})

test.each([
  '',
  ' ',
  '[::1]',
  '127.0.0.1:9400',
  'localhost:9400',
  'http://localhost',
  '256.0.0.1',
  '127.1',
  '1',
  '-a',
  'a..b',
  'a_b',
  'a/b',
  'a\nb',
  'ä.example',
  `${'a'.repeat(64)}.example`,
])('the host %j is refused', (text) => {
  expect(() => metricsHost(text)).toThrow(InvalidArgumentError)
  expect(() => metricsHost(text)).toThrow(/^It must be an IP address like/)
})

describe('the help', () => {
  test('shows both options with their defaults', () => {
    const help = addMetricsOptions(
      new Command().configureOutput({ getOutHelpWidth: () => 200 }),
    ).helpInformation()
    expect(help).toMatch(/--metrics-port <port>.*\(default: not served\)/)
    expect(help).toMatch(/--metrics-host <host>.*\(default: 127\.0\.0\.1, this machine only\)/)
  })

  test('gives examples that parse', () => {
    const examples = METRICS_HELP.split('\n').filter((line) => line.startsWith('  --'))
    expect(examples).toHaveLength(3)
    for (const example of examples) {
      const [options] = example.trim().split(/ {2,}/)
      expect(parsed(...(options as string).split(' ')), example).toBeDefined()
    }
  })
})

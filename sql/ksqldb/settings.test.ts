import { describe, expect, test } from 'vitest'
import { EngineRefusal, GuaranteeError } from '../errors.ts'
import { grantedSettings, type QuerySettings } from './settings.ts'

const URL = 'http://ksql.example'
const right = {
  'processing.guarantee': 'exactly_once_v2',
  'cache.max.bytes.buffering': '0',
  'auto.offset.reset': 'earliest',
}
const wrong = { 'processing.guarantee': 'at_least_once', 'cache.max.bytes.buffering': '10000000' }

/** A server with its own settings, which accepts overrides unless a reason to refuse them is given. */
const server =
  (own: QuerySettings, forbids?: string) =>
  async (overrides: QuerySettings): Promise<Map<string, string>> => {
    if (forbids !== undefined && Object.keys(overrides).length > 0) throw new EngineRefusal(400, forbids)
    const prefixed = Object.entries(own).map(([name, value]): [string, string] => [
      `ksql.streams.${name}`,
      value,
    ])
    return new Map([...prefixed, ...Object.entries(overrides)])
  }

describe('the settings of queries', () => {
  test('are sent with every statement, whatever the server’s own settings are', async () => {
    const settings = await grantedSettings(server(wrong), URL)
    expect(settings).toEqual({
      'ksql.streams.processing.guarantee': 'exactly_once_v2',
      'ksql.streams.cache.max.bytes.buffering': '0',
      'ksql.streams.auto.offset.reset': 'earliest',
    })
  })

  test('are the server’s own if it forbids overrides and has the right ones', async () => {
    expect(await grantedSettings(server(right, 'denied'), URL)).toEqual({})
  })

  test('are refused with the lines that fix them if the server forbids overrides and has wrong ones', async () => {
    const asked = grantedSettings(server(wrong, 'Cannot override'), URL)
    await expect(asked).rejects.toThrow(GuaranteeError)
    await expect(asked).rejects.toThrow(
      /ksql\.example would run queries with processing\.guarantee = at_least_once, cache.* = 10000000.*forbids to set it \(Cannot override\).*set ksql\.streams\.processing\.guarantee=exactly_once_v2 and /,
    )
  })

  test('are refused if the server accepts an override and ignores it', async () => {
    const deaf = async () => server(wrong)({})
    await expect(grantedSettings(deaf, URL)).rejects.toThrow(/processing\.guarantee = at_least_once/)
  })

  test('set the cache’s newer name to 0 too if the server has it', async () => {
    const settings = await grantedSettings(server({ ...wrong, 'statestore.cache.max.bytes': '5' }), URL)
    expect(settings).toMatchObject({ 'ksql.streams.statestore.cache.max.bytes': '0' })
  })
})

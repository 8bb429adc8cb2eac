import { describe, expect, test } from 'vitest'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { playstream } from '../testing/test-playstream.ts'

const cluster = ownCluster()

interface Sent {
  readonly key?: Buffer | string
  readonly value: string | null
  readonly timestamp?: string
}

async function send(...messages: Sent[]): Promise<void> {
  const producer = createClient(cluster.profile, { clientId: 'test' }).producer()
  await producer.connect()
  const inOrder = messages.map(({ key = null, ...rest }) => ({ key, ...rest, partition: 1 }))
  await producer.send({ topic: 'transactions', messages: inOrder })
  await producer.disconnect()
}

describe('consume shows a record as it lies in the topic', () => {
  const exact = '{"id":"c3","n":12345678901234567890,"f":1.0,"e":1e400,"z":-0,"f":2}'

  test('for machines and on a terminal: numbers of any length, names that come twice, keys of any bytes', async () => {
    await send(
      { key: Buffer.from([0xff, 0, 0xfe]), value: exact },
      { key: '12345678901234567890', value: `{ "id" :\n"x" , "n" : 1.10 }` },
      { key: 'rtl\u202e', value: '{"id":"\u202eevil\u0085\u009b31m"}' },
    )
    const json = (await playstream(cluster.home, 'consume', 'transactions', '--json')).output.split('\n')
    expect(json).toHaveLength(3)
    expect(json[0]).toContain(`"key":"base64:/wD+","headers":{},"value":${exact}}`)
    expect(json[1]).toContain('"key":"12345678901234567890","headers":{},"value":{"id":"x","n":1.10}}')
    expect(json[2]).toContain(String.raw`"value":{"id":"\u202eevil\u0085\u009b31m"}}`)
    for (const line of json) expect(JSON.parse(line)).toMatchObject({ partition: 1 })

    const text = (await playstream(cluster.home, 'consume', 'transactions')).output.split('\n')
    expect(text[0]).toContain(`  base64:/wD+  ${exact}`)
    expect(text[2]).toContain(String.raw`rtl\u202e  {"id":"\u202eevil\x85\x9b31m"}`)
  })
})

import type { Draw } from './draw.ts'

/** Why a record is not a transaction. */
export type Fault = 'NO_VALUE' | 'NOT_JSON' | 'NO_ID'

export function newId(draw: Draw): string {
  return draw.below(8) === 0 ? `käuf-${draw.hex(12)}` : `txn-${draw.hex(12)}`
}

/** A purchase, in one of several spellings of the same JSON: an engine that parses and writes it changes the bytes. */
export function purchase(id: string, at: number, draw: Draw): string {
  const cents = 99 + draw.below(5_000)
  const body = {
    id,
    user_id: `player-${1 + draw.below(50)}`,
    txn_type: draw.pick(['purchase', 'refund']),
    txn_timestamp: at,
    total_sales: cents / 100,
    currency: draw.pick(['USD', 'EUR', 'JPY']),
    items: [{ sku: 'skin-ember', quantity: 1, unit_price: cents / 100 }],
  }
  switch (draw.below(5)) {
    case 0:
      return JSON.stringify(body, null, 1)
    case 1:
      return JSON.stringify({ ...body, note: 'größer; "5 > 4", it’s so\n', extra: { id: 'inner' } })
    case 2:
      return JSON.stringify({ ...body, id: undefined }).replace(
        /}$/,
        `,"total":10.0,"id":${JSON.stringify(id)}}`,
      )
    default:
      return JSON.stringify(body)
  }
}

/** Records that are no transactions, with the fault of each. */
export function malformed(draw: Draw): (readonly [Fault, Buffer | null])[] {
  const text = purchase(newId(draw), 0, draw)
  const notJson = [text.slice(0, text.length - 1 - draw.below(20)), '', 'free coins', '{"id":txn-1}']
  const noId = [
    '{}',
    '[]',
    'null',
    '42',
    '"txn-1"',
    '{"id":""}',
    '{"id":7}',
    '{"id":-1.5e3}',
    '{"id":null,"total_sales":1}',
  ]
  const nested = [
    '{"user_id":"player-1","extra":{"id":"txn-1"}}',
    '{"id":["txn-1"]}',
    '{"id":7,"extra":{"id":"a"}}',
  ]
  return [
    ['NO_VALUE', null],
    ...notJson.map((one) => ['NOT_JSON', Buffer.from(one)] as const),
    ['NOT_JSON', Buffer.from([0xff, 0xfe, 0x41])],
    ...[...noId, ...nested].map((one) => ['NO_ID', Buffer.from(one)] as const),
  ]
}

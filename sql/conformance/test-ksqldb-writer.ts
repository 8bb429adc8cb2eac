import type { Message } from 'kafkajs'
import { Writer } from '../../kafka/clients/writer.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { Place } from '../scripts/place.ts'
import type { Answers, OutputName, Row } from './answers/row.ts'

/**
 * The record that a ksqlDB server would write for a row: from FACTS.md and its documentation, not from the code that
 * reads it.
 */
const RECORDS: Partial<Record<OutputName, { topic: string; record: (row: Row) => Message }>> = {
  unique: {
    topic: 'sql-transactions-unique',
    record: ({ key, fields }) => ({ key, value: `${fields?.text}` }),
  },
  malformed: {
    topic: 'sql-transactions-malformed',
    record: ({ key, fields }) => ({
      partition: 0,
      value: JSON.stringify({ RAW: fields?.text, REASON: key }),
    }),
  },
  malformedCounts: {
    topic: 'sql-transactions-malformed-counts',
    record: ({ key, fields }) => ({ key, value: JSON.stringify({ N: fields?.count }) }),
  },
  known: {
    topic: 'sql-transactions-known',
    record: ({ key, fields }) => ({ key, value: `${fields?.text}` }),
  },
  playerState: {
    topic: 'sql-player-state',
    record: ({ key, fields }) => ({ key: key.replace(/ #\d+$/, ''), value: JSON.stringify(fields) }),
  },
  failures: {
    topic: 'sql-ssh-attacks-enriched',
    record: ({ fields: { at, host, pid, message, kind, user, address, attempts } = {} }) => ({
      key: `${host}`,
      value: JSON.stringify({
        LOGGED_AT: at,
        HOST: host,
        PID: pid,
        MESSAGE: message,
        KIND: kind,
        ATTACK_USER: user,
        ADDRESS: address,
        ATTEMPTS: attempts,
      }),
    }),
  },
  failuresByHost: {
    topic: 'sql-ssh-counts-by-host',
    record: ({ key, fields: { of, failures, attempts, addresses } = {} }) => ({
      key: windowed(key),
      value: JSON.stringify({
        ATTACKED_HOST: of,
        FAILURES: failures,
        ATTEMPTS: attempts,
        ADDRESSES: addresses,
      }),
    }),
  },
  failuresByAddress: {
    topic: 'sql-ssh-counts-by-address',
    record: ({ key, fields: { of, failures, attempts, hosts } = {} }) => ({
      key: windowed(key),
      value: JSON.stringify({ ATTACKER: of, FAILURES: failures, ATTEMPTS: attempts, HOSTS: hosts }),
    }),
  },
}

/** Writes what one wave adds to the answers, and that many records to the topic of transactions with an id. */
export async function writeLikeKsqlDb(
  profile: Profile,
  place: Place,
  before: Answers,
  after: Answers,
  identified: number,
): Promise<void> {
  const writer = await Writer.connect(profile, 'test')
  const ids = Array.from({ length: identified }, (_, at) => ({ key: `txn-${at}`, value: '{}' }))
  await writer.send(place.topic('sql-transactions-by-id').name, ids)
  for (const [name, rows] of Object.entries(after) as [OutputName, readonly Row[]][]) {
    const output = RECORDS[name]
    if (!output) continue
    const old = (before[name] ?? []).map((row) => JSON.stringify(row))
    const fresh = rows.filter((row) => {
      const at = old.indexOf(JSON.stringify(row))
      if (at >= 0) old.splice(at, 1)
      return at < 0
    })
    // A row that a table's filter removes is a tombstone.
    const gone =
      name === 'known' ? (before.known ?? []).filter(({ key }) => !rows.some((row) => row.key === key)) : []
    const records = [...fresh.map(output.record), ...gone.map(({ key }): Message => ({ key, value: null }))]
    if (records.length > 0) await writer.send(place.topic(output.topic).name, records)
  }
  await writer.close()
}

/** A key of a windowed table: the text, and the window's start in 8 bytes. */
function windowed(key: string): Buffer {
  const [text = '', start = ''] = key.split(' from ')
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(Date.parse(start)))
  return Buffer.concat([Buffer.from(text), bytes])
}

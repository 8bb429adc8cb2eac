import type { KafkaMessage } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import type { Offsets } from '../kafka/clients/offsets.ts'
import { RUN_HEADER } from '../kafka/clients/run-headers.ts'
import { Reader } from '../kafka/clients/topic-follower.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { headerOf } from './order-check.ts'
import type { TransactionLedger } from './transaction-ledger.ts'

/** Reads the transactions of a run into a ledger, as the input of the de-duplication. */
export async function auditTransactions(
  profile: Profile,
  run: string,
  ledger: TransactionLedger,
  options: { readonly from: Offsets; readonly warn: Warn },
): Promise<Reader> {
  return Reader.start(profile, {
    application: 'dashboard',
    topic: topic('transactions').name,
    from: options.from,
    warn: options.warn,
    onBatch: (_, messages) => {
      for (const message of messages)
        if (headerOf(message, RUN_HEADER) === run) ledger.send(idOf(message), message.value)
    },
  })
}

function idOf({ value }: KafkaMessage): string | undefined {
  try {
    const { id } = JSON.parse(value?.toString() ?? '')
    return typeof id === 'string' && id !== '' ? id : undefined
  } catch {
    return undefined
  }
}

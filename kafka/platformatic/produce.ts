import { type Broker, type ConnectionPool, protocolErrors } from '@platformatic/kafka'
import { type ProduceResult, produceBatches } from '../protocol/produce-request.ts'
import type { Round } from '../protocol/rounds.ts'

/** Stays below the 100 MiB request (socket.request.max.bytes) at which a broker closes the connection. */
const MAX_BATCH_BYTES = 96 * 1024 * 1024
const TOO_LARGE = protocolErrors['MESSAGE_TOO_LARGE']?.code as number

/**
 * Sends batches to the leader of their partitions, in one request, and returns a result for each. A batch that is too
 * large for any request gets the broker's MESSAGE_TOO_LARGE without being sent. The leader has one connection, on which
 * requests are handled in order.
 * @param transactionalId null outside of a transaction
 */
export async function produceTo(
  pool: ConnectionPool,
  { host, port }: Broker,
  transactionalId: string | null,
  round: Round,
): Promise<ProduceResult[]> {
  const [fitting, tooLarge] = [true, false].map((fits) =>
    round.filter(({ bytes }) => bytes.length <= MAX_BATCH_BYTES === fits),
  ) as [Round, Round]
  const refused = tooLarge.map(({ topic, partition, bytes }) => ({
    topic,
    partition,
    errorCode: TOO_LARGE,
    reason: `${bytes.length} bytes are more than one request may hold`,
    recordErrors: [],
  }))
  if (fitting.length === 0) return refused
  return [
    ...refused,
    ...(await produceBatches.async(await pool.get({ host, port }), transactionalId, fitting)),
  ]
}

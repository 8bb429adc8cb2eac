import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LocalRuntimeError } from '../errors.ts'
import type { Home } from '../home.ts'
import { freeBase, portsFrom } from '../process/ports.ts'
import { Service } from '../process/service.ts'
import { brokerCommand, brokerFolder } from './broker.ts'
import { endHangingTransactions } from './hanging-transactions.ts'
import { coordinatorsAnswer, untilHealthy } from './health.ts'
import { profileOf } from './profile-of.ts'

/** What a broker leaves in its folder when it stops by itself, and removes when it starts (CleanShutdownFileHandler.java). */
const CLEAN_SHUTDOWN = '.kafka_cleanshutdown'
/** What it has there once it has run. */
const METADATA_LOG = '__cluster_metadata-0'

/** Whether this home's broker has run and was killed. */
export function wasKilled(home: Home): boolean {
  const folder = brokerFolder(home)
  return existsSync(join(folder, METADATA_LOG)) && !existsSync(join(folder, CLEAN_SHUTDOWN))
}

/**
 * Starts a killed broker once where no client finds it, ends the transactions that it would leave open, and stops it.
 * Clients that are waiting for it would otherwise go on with such a transaction before it can be ended.
 * @param onStart is given the service, so that it is not lost sight of
 */
export async function recover(
  home: Home,
  onStart: (service: Service) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const ports = portsFrom(await freeBase())
  const service = await Service.start(brokerCommand(home, ports))
  onStart(service)
  const profile = profileOf(ports)
  const asked = new AbortController()
  const ended = service.ended.then(async () => {
    throw new LocalRuntimeError('SERVICE_ENDED', await service.report())
  })
  const stop = signal ? AbortSignal.any([asked.signal, signal]) : asked.signal
  try {
    await Promise.race([untilHealthy('Apache Kafka', () => coordinatorsAnswer(profile), stop), ended])
    return await endHangingTransactions(profile)
  } finally {
    asked.abort()
    await service.stop()
  }
}

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

/** A broker writes this file when it stops in order, and removes it when it starts (CleanShutdownFileHandler.java). */
const CLEAN_SHUTDOWN = '.kafka_cleanshutdown'
/** A file that exists once the broker has run. */
const METADATA_LOG = '__cluster_metadata-0'

/** Whether this home's broker has run and was then killed. */
export function wasKilled(home: Home): boolean {
  const folder = brokerFolder(home)
  return existsSync(join(folder, METADATA_LOG)) && !existsSync(join(folder, CLEAN_SHUTDOWN))
}

/**
 * Starts a killed broker once on other ports, ends the transactions that it would leave open, and stops it. On its own ports,
 * waiting clients could continue such a transaction before it is ended. Returns the number of repaired partitions.
 * @param onStart gets the service, so that the caller can stop it
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

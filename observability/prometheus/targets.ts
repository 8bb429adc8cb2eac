import { type Application, applications } from '../../catalog/applications.ts'

/** A process that Prometheus scrapes. */
export interface Target {
  readonly job: string
  /** The command that it is, with its options. */
  readonly command: string
  readonly port: number
}

/** The port of the page, which serves the cluster's metrics too. The others follow it. */
const FIRST_PORT = 9400

/** What runs an application for a long time; the others are no processes of ours, or short. */
const COMMANDS: Readonly<Partial<Record<Application, string>>> = {
  'game-producer': 'produce game',
  'transaction-producer': 'produce transactions',
  'dedup-processor': 'dedup run',
  'player-state-processor': 'stream run player-state',
  'log-shipper': 'logs ship',
  'attack-detector': 'ssh detect',
}

/** One target for each application of the catalog that runs for a long time, on a port of its own. */
export const targets: readonly Target[] = [
  { job: 'playstream-cluster', command: `dashboard --port ${FIRST_PORT}`, port: FIRST_PORT },
  ...(Object.keys(applications) as Application[])
    .filter((application) => COMMANDS[application] !== undefined)
    .map((application, index) => {
      const port = FIRST_PORT + 1 + index
      const command = `${COMMANDS[application]} --metrics-port ${port}`
      return { job: `playstream-${application}`, command, port }
    }),
]

/** Programs that write or read topics. In the cloud each has its own account with least privilege. */
export const applications = {
  'game-producer': 'Sends what happens to players.',
  'transaction-producer': 'Sends purchases and refunds, and their retries.',
  'order-checker': 'Reads every game event and checks that each player’s are in order.',
  'dedup-processor': 'Keys transactions by id and lets each id through once.',
  'player-state-processor': 'Keeps the latest state of each player.',
  'log-shipper': 'Sends the lines of the platform’s log files.',
  'attack-detector': 'Finds attacks on the SSH daemons in the logs.',
  dashboard: 'Shows what flows through the topics.',
  operator: 'A person who inspects dead letters and replays them.',
  'sql-engine': 'Runs the SQL versions of the processors on ksqlDB or Flink.',
} as const

export type Application = keyof typeof applications

/** Creates topics and registers schemas. Not an application, because it neither writes nor reads records. */
export const PROVISIONER = 'provisioner'

/** Holders of their own credentials in the cloud. */
export type Account = Application | typeof PROVISIONER

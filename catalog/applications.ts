/** Every program that writes or reads a topic. In the cloud each gets an account of its own, with no more than it needs. */
export const applications = {
  'game-producer': 'Sends what happens to players.',
  'transaction-producer': 'Sends purchases and refunds, and their retries.',
  'order-checker': 'Reads every game event and checks that each player’s are in order.',
  'dedup-processor': 'Keys transactions by id and lets each id through once.',
  'player-state-processor': 'Keeps the latest state of each player.',
  'log-shipper': 'Sends the lines of the platform’s log files.',
  'attack-detector': 'Finds attacks on the SSH daemons in the logs.',
  dashboard: 'Shows what flows.',
  operator: 'A person who looks at dead letters and writes them back.',
  'sql-engine': 'Runs the SQL twins of the processors: ksqlDB or Flink.',
} as const

export type Application = keyof typeof applications

/** Who makes topics and registers schemas. It writes and reads no record, so it is no application. */
export const PROVISIONER = 'provisioner'

/** Everyone who has credentials of their own in the cloud. */
export type Account = Application | typeof PROVISIONER

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Admin } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import { IdempotentWriter } from '../kafka/clients/idempotent-writer.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import { runDetection } from '../observability/detection.ts'
import { lineReader } from '../observability/formats/line-reader.ts'
import { UTC } from '../observability/formats/time/time-zone.ts'
import { Checkpoint } from '../observability/ship/files/checkpoint.ts'
import { RecordWriter } from '../observability/ship/log-record.ts'
import { type ShipMetrics, totalOf } from '../observability/ship/metrics.ts'
import { Shipper } from '../observability/ship/shipper.ts'
import type { AttackReport } from '../observability/ssh/attacks/attack-report.ts'
import { DETECTOR_RULES, detectorMetrics } from '../observability/ssh/attacks/detector.ts'
import { AttackWatch } from '../observability/ssh/report/attack-watch.ts'
import { type GenerateOutcome, generateLogs } from '../producers/generate-logs.ts'
import { LogFile } from '../producers/log-file.ts'
import type { ProducerOptions } from '../producers/producer-run.ts'
import { DEFAULTS } from '../streams/runtime/start-processor.ts'
import { untilCaughtUp } from '../streams/runtime/until-caught-up.ts'
import { LogWatch } from './log-watch.ts'
import type { ProfileFor } from './profile-for.ts'
import { reconcileSsh, type SshReconciliation } from './ssh-reconciliation.ts'

const LOGS = topic('logs').name
const HOSTS = 6
const ATTACK_RATIO = 0.1
/** Lines between rotations: a run of half a minute has several. */
const ROTATE_EVERY = 2_000

/** How fast and how long lines are written, and from which seed. */
export interface LogTraffic extends Pick<ProducerOptions, 'rate' | 'durationMs' | 'seed' | 'signal'> {
  /** Aborted to stop without shipping the rest. */
  readonly giveUp: AbortSignal
}

/** The log lines written compared with the lines in the topic. */
export interface LogReconciliation {
  readonly lines: number
  /** Lines in the topic, each counted once. */
  readonly shipped: number
  readonly lost: number
}

/**
 * The logs of the platform's hosts: written to a file that is rotated, shipped to the topic `logs` and searched for SSH
 * attacks, all at the same time.
 */
export class PlatformLogs {
  /** Rejects if detecting or reading fails for good; otherwise stays pending. */
  readonly failed: Promise<never>
  /** Lines written to the file so far. */
  written = 0
  readonly #folder: string
  readonly #checkpoint: Checkpoint
  readonly #profileFor: ProfileFor
  readonly #admin: Admin
  readonly #warn: Warn
  readonly #watch: LogWatch
  readonly #attacks: AttackWatch
  readonly #reports: AttackReport[]
  readonly #stop = new AbortController()
  readonly #detecting: Promise<void>
  /** The metrics of the detector's processors. */
  readonly detector = detectorMetrics()
  /** The shippers: one for the time of writing, one for the rest. */
  readonly #shippers: Shipper[] = []
  readonly #startedAt: number
  #outcome: GenerateOutcome | undefined

  private constructor(
    profileFor: ProfileFor,
    admin: Admin,
    warn: Warn,
    parts: {
      readonly folder: string
      readonly checkpoint: Checkpoint
      readonly watch: LogWatch
      readonly attacks: AttackWatch
      readonly reports: AttackReport[]
    },
  ) {
    this.#profileFor = profileFor
    this.#admin = admin
    this.#warn = warn
    this.#folder = parts.folder
    this.#checkpoint = parts.checkpoint
    this.#watch = parts.watch
    this.#attacks = parts.attacks
    this.#reports = parts.reports
    this.#startedAt = Date.now()
    this.#detecting = runDetection(profileFor('attack-detector'), {
      ...DEFAULTS,
      rules: DETECTOR_RULES,
      metrics: this.detector,
      watch: this.#attacks,
      signal: this.#stop.signal,
      say: warn,
    })
    const detectingFails = this.#detecting.then(() => new Promise<never>(() => undefined))
    this.failed = Promise.race([detectingFails, this.#watch.reader.failed])
    // A rejection after the caller's race is over must not count as unhandled.
    this.failed.catch(() => undefined)
  }

  /** Starts the watches and the detector. */
  static async start(profileFor: ProfileFor, admin: Admin, warn: Warn): Promise<PlatformLogs> {
    const folder = mkdtempSync(join(tmpdir(), 'playstream-logs-'))
    const checkpoint = Checkpoint.open(join(folder, 'checkpoint.json'))
    const reports: AttackReport[] = []
    const dashboard = profileFor('dashboard')
    const [watch, attacks] = await Promise.all([
      LogWatch.start(dashboard, admin, checkpoint.shipper, warn),
      AttackWatch.start(dashboard, admin, {
        application: 'dashboard',
        warn,
        onReport: (report) => reports.push(report),
      }),
    ])
    return new PlatformLogs(profileFor, admin, warn, { folder, checkpoint, watch, attacks, reports })
  }

  get shipped(): number {
    return this.#watch.lines
  }

  get openAttacks(): number {
    return this.#attacks.open
  }

  get attacks(): AttackWatch {
    return this.#attacks
  }

  /** What all shippers have done, and what the latest has to do. */
  get shipMetrics(): ShipMetrics {
    return totalOf(this.#shippers.map(({ metrics }) => metrics))
  }

  /** Writes lines until the duration or the signal ends it, ships them at the same time, and resolves when all are shipped. */
  async run({ rate, durationMs, seed, signal, ...traffic }: LogTraffic): Promise<void> {
    const sink = new IdempotentWriter(this.#profileFor('log-shipper'), {
      clientId: 'log-shipper',
      topic: LOGS,
      warn: this.#warn,
    })
    const file = await LogFile.open(join(this.#folder, 'auth.log'), 'rename')
    const giveUp = AbortSignal.any([this.#stop.signal, traffic.giveUp])
    const partitions = await sink.partitions(giveUp)
    const shipper = (isOnce: boolean) => {
      const made = new Shipper({
        patterns: [join(this.#folder, 'auth.log*')],
        checkpoint: this.#checkpoint,
        from: 'beginning',
        reader: (file) => lineReader('auto', { zone: UTC, reference: () => file.modifiedMs }),
        records: new RecordWriter({ topic: LOGS, partitions, host: 'demo' }),
        sink,
        maxLine: 2 ** 20,
        isOnce,
        say: this.#warn,
      })
      this.#shippers.push(made)
      return made
    }
    const written = new AbortController()
    const shipping = shipper(false).ship(written.signal, giveUp)
    try {
      const lines = {
        append: async (text: string) => {
          await file.append(text)
          this.written += text.split('\n').length - 1
        },
        rotate: () => file.rotate(),
      }
      const generating = generateLogs(lines, {
        rate,
        durationMs,
        seed,
        signal,
        start: this.#startedAt,
        hosts: HOSTS,
        attackRatio: ATTACK_RATIO,
        format: 'iso',
        count: Number.POSITIVE_INFINITY,
        rotateEvery: ROTATE_EVERY,
      })
      // A shipper ends by itself only if it fails.
      this.#outcome = await Promise.race([generating, shipping.then(() => generating)])
      written.abort()
      await shipping
      await shipper(true).ship(giveUp, giveUp)
    } finally {
      written.abort()
      await shipping.catch(() => undefined)
      await file.close()
      await sink.close()
    }
  }

  /** Resolves when all shipped lines are classified and all reports on them read; throws the signal's reason if aborted. */
  async settle(signal: AbortSignal): Promise<void> {
    await this.#watch.catchUp(signal)
    await untilCaughtUp(this.#admin, 'ssh-classify', signal)
    await untilCaughtUp(this.#admin, 'ssh-attacks-by-address', signal)
    await untilCaughtUp(this.#admin, 'ssh-attacks-by-host', signal)
    await this.#attacks.catchUp(signal)
  }

  /** Compares the lines written with the lines and attacks found. Call after `run` and `settle`. */
  reconcile(): { readonly logs: LogReconciliation; readonly ssh: SshReconciliation } {
    const lines = this.#outcome?.lines ?? 0
    const { maxFailures } = DETECTOR_RULES
    return {
      logs: { lines, shipped: this.shipped, lost: lines - this.shipped },
      ssh: reconcileSsh(this.#outcome?.planted ?? [], this.#reports, { maxFailures, from: this.#startedAt }),
    }
  }

  /** Stops the detector and the watches, and removes the files. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#detecting.catch(() => undefined)
    await Promise.all([this.#watch.reader.close(), this.#attacks.close()])
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

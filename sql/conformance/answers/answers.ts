import type { Wave } from '../input/input.ts'
import type { Fault } from '../input/transaction-text.ts'
import type { WrongClock } from '../input/wrong-clock.ts'
import { gameAnswers } from './game-answers.ts'
import { type Count, logAnswers } from './log-answers.ts'
import type { Answers, Field, Row } from './row.ts'
import { type Memory, transactionAnswers } from './transaction-answers.ts'

/** Where engines differ by design, as data, so that each engine is judged by what it promises. */
export interface Design {
  readonly memory: Memory
  /** Whether a passing record keeps its own time. */
  readonly keepsTime: boolean
  /** The faults that it sets aside. A record with another fault is neither passed nor counted. */
  readonly faults: readonly Fault[]
  /** Whether it counts malformed records, has a lookup table, and counts failures in tumbling windows, as SQL does. */
  readonly counts: boolean
  /** Whether it follows connections and finds attacks in sliding windows, as the classifier does. */
  readonly attacks: boolean
  /** The wrong times that it survives in transactions; it is sent no others. */
  readonly wrongClocks: readonly WrongClock[]
  /** Whether it survives a record of `game-events` in no schema; otherwise it is sent none. */
  readonly unreadableEvents: boolean
}

/** The expected rows of each output after these waves. */
export function answers(waves: readonly Wave[], design: Design): Required<Answers> {
  const { unique, duplicates, malformed } = transactionAnswers(
    waves.map(({ transactions }) => transactions),
    design.memory,
  )
  const setAside = malformed.filter(({ fault }) => design.faults.includes(fault))
  const logs = logAnswers(waves.map((wave) => wave.logs))
  const states = gameAnswers(waves.flatMap(({ events }) => events))
  return {
    unique: unique.map(({ id, text, timestamp }) => ({
      key: id,
      fields: { text, ...(design.keepsTime ? { timestamp } : {}) },
    })),
    duplicates: duplicates.map(({ id, ...times }) => ({ key: id, fields: { id, ...times } })),
    malformed: setAside.map(({ text, fault }) => ({ key: fault, fields: { text } })),
    malformedCounts: design.faults.map((fault) => ({
      key: fault,
      fields: { count: setAside.filter((one) => one.fault === fault).length },
    })),
    known: [...new Map(unique.map(({ id, text }) => [id, text]))].map(([key, text]) => ({
      key,
      fields: { text },
    })),
    playerState: inTurn(states.map((state) => ({ key: state.player_id, fields: { ...state } }))),
    failures: logs.failures.map(({ at, host, pid, attempts, message, ...reported }) => ({
      key: `${host} ${pid}`,
      fields: { host, pid, ...reported, ...(design.counts ? { at, attempts, message } : {}) },
    })),
    failuresByHost: logs.byHost.map((count) => counted(count, 'addresses')),
    failuresByAddress: logs.byAddress.map((count) => counted(count, 'hosts')),
    attacks: logs.attackers.map((key) => ({ key, fields: { attempts: logs.threshold } })),
  }
}

/** The key of a window's row. */
export function windowKey(key: string, start: number): string {
  return `${key} from ${new Date(start).toISOString()}`
}

/** Rows whose keys include their turn, the first, the second and so on, because the order of a key's rows counts. */
export function inTurn(rows: readonly Row[]): Row[] {
  const turns = new Map<string, number>()
  return rows.map(({ key, fields }) => {
    const turn = (turns.get(key) ?? 0) + 1
    turns.set(key, turn)
    return { key: `${key} #${turn}`, fields }
  })
}

function counted({ key, window, failures, attempts, others }: Count, name: string): Row {
  const fields: Record<string, Field> = { of: key, failures, attempts, [name]: others }
  return { key: windowKey(key, window), fields }
}

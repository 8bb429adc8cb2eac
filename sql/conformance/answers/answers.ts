import type { Wave } from '../input/input.ts'
import type { Fault } from '../input/transaction-text.ts'
import type { WrongClock } from '../input/wrong-clock.ts'
import { gameAnswers } from './game-answers.ts'
import { type Count, logAnswers } from './log-answers.ts'
import type { Answers, Field, Row } from './row.ts'
import { type Memory, transactionAnswers } from './transaction-answers.ts'

/** Where engines differ by design, and how: as data, so that each is held to what it promises. */
export interface Design {
  readonly memory: Memory
  /** Whether a record with an id that passes keeps its own time. */
  readonly keepsTime: boolean
  /** The faults that it sets aside. A record with any other one is neither passed nor counted. */
  readonly faults: readonly Fault[]
  /** Whether it counts malformed ones, gives the lookup table, and failures in windows that stand still: as SQL does. */
  readonly counts: boolean
  /** Whether it follows connections and finds attacks in windows that slide: as the classifier does. */
  readonly attacks: boolean
  /** The wrong times that it survives in transactions; no others are sent to it. */
  readonly wrongClocks: readonly WrongClock[]
  /** Whether it survives a record of `game-events` that is in no schema; to one that does not, none is sent. */
  readonly unreadableEvents: boolean
}

/** What there is to be, of each output, once these waves are through. */
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
    failures: logs.failures.map(({ at, host, pid, attempts, message, ...told }) => ({
      key: `${host} ${pid}`,
      fields: { host, pid, ...told, ...(design.counts ? { at, attempts, message } : {}) },
    })),
    failuresByHost: logs.byHost.map((count) => counted(count, 'addresses')),
    failuresByAddress: logs.byAddress.map((count) => counted(count, 'hosts')),
    attacks: logs.attackers.map((key) => ({ key, fields: { attempts: logs.threshold } })),
  }
}

/** The key of a row about a window. */
export function windowKey(key: string, start: number): string {
  return `${key} from ${new Date(start).toISOString()}`
}

/** Rows of one key told apart by their turn: the first, the second. Their order counts. */
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

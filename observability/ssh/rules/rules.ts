import { COLON } from '../../formats/text/character-codes.ts'
import * as authentication from './authentication-rules.ts'
import * as connection from './connection-rules.ts'
import type { Message } from './message.ts'
import * as pam from './pam-rules.ts'
import * as protocol from './protocol-rules.ts'
import { type Reading, type Rule, readingOf } from './reading.ts'
import * as refusal from './refusal-rules.ts'
import { startsWith } from './starts-with.ts'

/** Rules by the first word of their messages, so that each message is tried against few rules. */
const RULES: ReadonlyMap<string, readonly Rule[]> = new Map<string, readonly Rule[]>([
  ['Failed', [authentication.outcomeOfMethod]],
  ['Accepted', [authentication.outcomeOfMethod]],
  ['Postponed', [authentication.outcomeOfMethod]],
  ['Partial', [authentication.outcomeOfMethod]],
  ['Invalid', [authentication.invalidUser]],
  ['invalid', [authentication.invalidUser]],
  ['Illegal', [authentication.invalidUser]],
  ['illegal', [authentication.invalidUser]],
  ['maximum', [authentication.maximumAttempts]],
  ['input_userauth_request:', [authentication.userUnknown]],
  ['PAM:', [authentication.pamError]],
  ['Authentication', [authentication.pamError, refusal.keyNotPermitted]],
  ['authentication', [authentication.pamError, pam.pamOfOld]],
  ['PAM', [pam.pamSummary]],
  ['User', [refusal.userNotAllowed]],
  ['ROOT', [refusal.rootLoginRefused]],
  ['refused', [refusal.connectRefused]],
  ['Access', [refusal.accessDenied]],
  ['Connection', [connection.connection]],
  ['Disconnected', [connection.disconnected]],
  ['Received', [connection.receivedDisconnect]],
  ['Disconnecting', [connection.disconnecting]],
  ['Disconnecting:', [connection.disconnecting]],
  ['Too', [connection.tooManyFailures]],
  ['Timeout', [connection.loginTimeout]],
  ['drop', [connection.connectionDropped]],
  ['Read', [connection.connectionLost]],
  ['Write', [connection.connectionLost]],
  ['beginning', [connection.throttling]],
  ['in', [connection.throttling]],
  ['exited', [connection.throttling]],
  ['Did', [protocol.noIdentification]],
  ['kex_exchange_identification:', [protocol.identificationFailed]],
  ['Bad', [protocol.badProtocolVersion]],
  ['Protocol', [protocol.badProtocolVersion]],
  ['banner', [protocol.bannerExchange]],
  ['ssh_dispatch_run_fatal:', [protocol.dispatchFailed]],
  ['Corrupted', [protocol.corruptedPacket]],
  ['Unable', [protocol.nothingInCommon]],
  ['no', [protocol.nothingInCommon]],
  ['Address', [protocol.reverseMapping]],
  ['reverse', [protocol.reverseMapping]],
  ['SSH:', [protocol.connectionDetails]],
])

/** The same rules by first character, which is cheaper to look up than the whole word. */
const BY_FIRST: readonly (readonly WordRules[])[] = Array.from({ length: 128 }, (_, code) =>
  [...RULES]
    .filter(([word]) => word.charCodeAt(0) === code)
    .map(([word, rules]) => ({ words: `${word} `, rules })),
)

interface WordRules {
  readonly words: string
  readonly rules: readonly Rule[]
}

const LONGEST_WORD = 40
const NO_RULES: readonly Rule[] = []
const NO_WORDS: readonly WordRules[] = []

/** Reads any message of sshd's. A message that no rule matches is a `fatal-error` if sshd marked it fatal, else `other`. */
export function readMessage(message: Message, known: string | undefined): Reading {
  for (const rule of rulesOf(message.text)) {
    const reading = rule(message, known)
    if (reading) return reading
  }
  return readingOf(message.fatal ? 'fatal-error' : 'other')
}

function rulesOf(text: string): readonly Rule[] {
  const candidates = BY_FIRST[text.charCodeAt(0)] ?? NO_WORDS
  for (const { words, rules } of candidates) if (startsWith(text, words)) return rules
  if (text.startsWith('pam_')) return PAM_MODULES
  // `USER: Authentication tried for USER with correct key ...`
  const blank = text.indexOf(' ')
  return blank <= LONGEST_WORD && text.charCodeAt(blank - 1) === COLON ? WITH_PREFIX : NO_RULES
}

const PAM_MODULES = [pam.pamModule]
const WITH_PREFIX = [refusal.keyNotPermitted]

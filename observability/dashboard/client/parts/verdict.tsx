import type { ReactNode } from 'react'
import type { GroupState } from '../../protocol.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

const TONES: Readonly<Record<GroupState['verdict'], Tone>> = {
  ok: 'good',
  unknown: 'plain',
  slow: 'warn',
  rewound: 'warn',
  stalled: 'bad',
  stopped: 'bad',
}

const MEANINGS: Readonly<Record<GroupState['verdict'], string>> = {
  ok: 'keeps up, or catches up',
  unknown: 'not observed for long enough',
  slow: 'makes progress, and its lag grows',
  rewound: 'its committed offset went back',
  stalled: 'has members and lag, and commits nothing',
  stopped: 'has no members',
}

type Judged = Pick<GroupState, 'verdict' | 'lag' | 'hasCommitted'>

/** A stopped group without lag misses nothing, and one that was never run is missed by nobody. */
export function toneOf({ verdict, lag, hasCommitted }: Judged): Tone {
  return verdict === 'stopped' && (lag === 0 || !hasCommitted) ? 'plain' : TONES[verdict]
}

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): ReactNode {
  return <span className={`badge tone-${tone}`}>{children}</span>
}

/** How a group is doing, in a word, with its meaning. */
export function Verdict({ group }: { readonly group: Judged }): ReactNode {
  return (
    <span title={MEANINGS[group.verdict]}>
      <Badge tone={toneOf(group)}>{group.verdict}</Badge>
    </span>
  )
}

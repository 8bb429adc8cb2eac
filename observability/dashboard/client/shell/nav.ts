import type { ReactNode } from 'react'
import { DeadLetters } from '../dead-letters/dead-letters.tsx'
import { Dedup } from '../dedup/dedup.tsx'
import { Follow } from '../follow/follow.tsx'
import { Overview } from '../overview/overview.tsx'
import { Players } from '../players/players.tsx'
import { Security } from '../security/security.tsx'
import { Topics } from '../topics/topics.tsx'

/** The views in the order of the navigation; `icon` is the path of a 16 by 16 drawing. */
export const VIEWS: readonly {
  readonly name: string
  readonly title: string
  readonly icon: string
  readonly View: () => ReactNode
}[] = [
  {
    name: '',
    title: 'Overview',
    icon: 'M2 4h4v4H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 6h2V4h2M8 6v6h2',
    View: Overview,
  },
  {
    name: 'players',
    title: 'Players',
    icon: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 14c0-3 2-4.5 5-4.5s5 1.5 5 4.5',
    View: Players,
  },
  { name: 'dedup', title: 'De-duplication', icon: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3', View: Dedup },
  {
    name: 'security',
    title: 'Security',
    icon: 'M8 1.8 13 4v4c0 3-2 5-5 6.2C5 13 3 11 3 8V4z',
    View: Security,
  },
  { name: 'topics', title: 'Topics', icon: 'M2 4h12M2 8h12M2 12h8', View: Topics },
  { name: 'dead-letters', title: 'Dead letters', icon: 'M2 4h12v8.5H2zM2 4.5 8 9l6-4.5', View: DeadLetters },
  { name: 'follow', title: 'Follow', icon: 'M3 3v6a3 3 0 0 0 3 3h7M10 9l3 3-3 3', View: Follow },
]

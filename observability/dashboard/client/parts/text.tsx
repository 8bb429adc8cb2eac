import type { ReactNode } from 'react'
import { hashOf } from '../../../../web/client/route.ts'
import { visibleText } from '../../../../web/client/visible-text.ts'
import type { FollowKind } from '../../protocol.ts'
import { countText } from './format.ts'

/** Text that came from outside: it stays inert and cannot reorder what stands around it. */
export function Text({
  children,
  mono = false,
}: {
  readonly children: string
  readonly mono?: boolean
}): ReactNode {
  return <bdi className={mono ? 'mono' : undefined}>{visibleText(children)}</bdi>
}

/** An id that leads to everything that the topics hold of it. */
export function FollowLink({ kind, id }: { readonly kind: FollowKind; readonly id: string }): ReactNode {
  return (
    <a href={hashOf(['follow', kind, id])} className="mono">
      <bdi>{visibleText(id)}</bdi>
    </a>
  )
}

/** The place of a record, as a link to it. */
export function PlaceLink({
  topic,
  partition,
  offset,
}: {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}): ReactNode {
  const query = { partitions: partition, from: offset, limit: 20 }
  return (
    <a href={hashOf(['topics', topic], query)} className="mono">
      <bdi>{visibleText(topic)}</bdi> {partition}/{countText(offset)}
    </a>
  )
}

export function TopicLink({ name }: { readonly name: string }): ReactNode {
  return (
    <a href={hashOf(['topics', name])} className="plain mono">
      <bdi>{visibleText(name)}</bdi>
    </a>
  )
}

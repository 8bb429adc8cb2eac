import { expect, test } from 'vitest'
import { type Input, NEW_TAB, step, type Tab } from './leader.ts'

function after(inputs: readonly Input[], tab: Tab = NEW_TAB): ReturnType<typeof step> {
  return inputs.reduce<ReturnType<typeof step>>((one, input) => step(one.tab, input), { tab, effects: [] })
}

const ELECTED: readonly Input[] = [{ kind: 'elected' }, { kind: 'opened' }]
const EVENT = { kind: 'event', name: 'cluster', data: '{}' } as const

test('an elected tab connects, and shows and passes on what it receives', () => {
  expect(after([{ kind: 'elected' }]).effects).toEqual([{ kind: 'connect' }])
  const { effects } = after([...ELECTED, { kind: 'received', name: 'cluster', data: '{}' }])
  expect(effects).toEqual([
    { kind: 'show', name: 'cluster', data: '{}' },
    { kind: 'tell', message: EVENT },
  ])
})

test('a follower shows what the leader passes on and tells nothing', () => {
  const { tab, effects } = after([{ kind: 'message', message: EVENT }])
  expect(effects).toEqual([{ kind: 'show', name: 'cluster', data: '{}' }])
  expect(tab.isLeader).toBe(false)
})

test('a leader answers a new tab with the connection and the latest of each event, a follower does not', () => {
  const hello: Input = { kind: 'message', message: { kind: 'hello' } }
  const inputs: Input[] = [
    ...ELECTED,
    { kind: 'received', name: 'cluster', data: '1' },
    { kind: 'received', name: 'cluster', data: '2' },
    hello,
  ]
  expect(after(inputs).effects).toEqual([
    { kind: 'tell', message: { kind: 'connection', connection: 'live' } },
    { kind: 'tell', message: { kind: 'event', name: 'cluster', data: '2' } },
  ])
  expect(after([hello]).effects).toEqual([])
})

test('a follower that is elected when the leader has gone keeps the state and connects', () => {
  const { tab, effects } = after([{ kind: 'message', message: EVENT }, { kind: 'elected' }])
  expect(effects).toEqual([{ kind: 'connect' }])
  expect(tab).toMatchObject({
    isLeader: true,
    connection: 'connecting',
    latest: new Map([['cluster', '{}']]),
  })
})

test('a lost connection is told to followers, who recover with the leader', () => {
  const lost = after([...ELECTED, { kind: 'failed' }])
  expect(lost.tab.connection).toBe('lost')
  const follower = after(
    lost.effects.map((effect) => ({
      kind: 'message',
      message: effect.kind === 'tell' ? effect.message : EVENT,
    })),
  )
  expect(follower.tab.connection).toBe('lost')
  const message = { kind: 'connection', connection: 'live' } as const
  expect(step(follower.tab, { kind: 'message', message }).tab.connection).toBe('live')
})

test('a leader ignores another leader', () => {
  const message = { kind: 'connection', connection: 'lost' } as const
  expect(after([...ELECTED, { kind: 'message', message }]).tab.connection).toBe('live')
})

// One tab of a browser, the leader, holds the connection to the server; it hands everything to the other tabs.

export type Connection = 'connecting' | 'live' | 'lost'

/** What tabs tell each other. Data stays the text that the server sent. */
export type Message =
  /** A new tab asks for the present state. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'event'; readonly name: string; readonly data: string }
  | { readonly kind: 'connection'; readonly connection: Connection }

export type Input =
  /** This tab is now the leader. */
  | { readonly kind: 'elected' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'received'; readonly name: string; readonly data: string }
  | { readonly kind: 'message'; readonly message: Message }

export type Effect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'show'; readonly name: string; readonly data: string }
  | { readonly kind: 'tell'; readonly message: Message }

export interface Tab {
  readonly isLeader: boolean
  readonly connection: Connection
  /** The latest event of each name. */
  readonly latest: ReadonlyMap<string, string>
}

export const NEW_TAB: Tab = { isLeader: false, connection: 'connecting', latest: new Map() }

/** What a tab becomes through an input, and what it has to do. */
export function step(tab: Tab, input: Input): { readonly tab: Tab; readonly effects: readonly Effect[] } {
  switch (input.kind) {
    case 'elected':
      return { tab: { ...tab, isLeader: true, connection: 'connecting' }, effects: [{ kind: 'connect' }] }
    case 'opened':
      return connected(tab, 'live')
    case 'failed':
      return connected(tab, 'lost')
    case 'received': {
      const { name, data } = input
      const event = { kind: 'event', name, data } as const
      return {
        tab: keeping(tab, name, data),
        effects: [
          { kind: 'show', name, data },
          { kind: 'tell', message: event },
        ],
      }
    }
    case 'message':
      return heard(tab, input.message)
  }
}

function heard(tab: Tab, message: Message): ReturnType<typeof step> {
  if (message.kind === 'hello') return { tab, effects: tab.isLeader ? everything(tab) : [] }
  // Two leaders exist for a moment at most; each believes its own connection.
  if (tab.isLeader) return { tab, effects: [] }
  if (message.kind === 'connection') return { tab: { ...tab, connection: message.connection }, effects: [] }
  const { name, data } = message
  return { tab: keeping(tab, name, data), effects: [{ kind: 'show', name, data }] }
}

function connected(tab: Tab, connection: Connection): ReturnType<typeof step> {
  return {
    tab: { ...tab, connection },
    effects: [{ kind: 'tell', message: { kind: 'connection', connection } }],
  }
}

function everything({ connection, latest }: Tab): Effect[] {
  const events = [...latest].map(([name, data]) => ({ kind: 'event', name, data }) as const)
  return [{ kind: 'connection', connection } as const, ...events].map((message) => ({
    kind: 'tell',
    message,
  }))
}

function keeping(tab: Tab, name: string, data: string): Tab {
  return { ...tab, latest: new Map(tab.latest).set(name, data) }
}

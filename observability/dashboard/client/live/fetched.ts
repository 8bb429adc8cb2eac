import { useEffect, useState } from 'react'
import type { CatalogState } from '../../protocol.ts'
import { useConnection } from './events.ts'

/** What a route answers: undefined before the first answer; the latest one while the server does not answer. */
export interface Fetched<T> {
  readonly data: T | undefined
  readonly error: string | undefined
}

/**
 * Reads a route now, after each reconnection and every so many ms.
 * @param everyMs never again if undefined
 */
export function useFetched<T>(address: string, everyMs?: number): Fetched<T> {
  const connection = useConnection()
  const [fetched, setFetched] = useState<Fetched<T> & { address: string }>({
    address,
    data: undefined,
    error: undefined,
  })
  useEffect(() => {
    if (connection === 'lost') return
    const stop = new AbortController()
    const read = () =>
      fetchJson<T>(address, stop.signal).then(
        (data) => setFetched({ address, data, error: undefined }),
        (error: Error) => {
          if (!stop.signal.aborted) setFetched((last) => ({ ...last, address, error: error.message }))
        },
      )
    void read()
    const timer = everyMs === undefined ? undefined : setInterval(read, everyMs)
    return () => {
      stop.abort()
      clearInterval(timer)
    }
  }, [address, everyMs, connection])
  return fetched.address === address ? fetched : { data: undefined, error: undefined }
}

async function fetchJson<T>(address: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(address, { signal })
  if (!answer.ok) throw new Error(((await answer.json()) as { error?: string }).error ?? answer.statusText)
  return answer.json() as Promise<T>
}

/** What the catalog declares. */
export function useCatalog(): CatalogState | undefined {
  return useFetched<CatalogState>('/api/catalog').data
}

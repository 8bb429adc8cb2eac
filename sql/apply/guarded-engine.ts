import { oneLine } from '../../kafka/one-line.ts'
import { EngineUnreachableError } from '../errors.ts'
import type { Engine } from './engine.ts'

/**
 * Connects to an engine whose address may belong to something else: an answer of the wrong shape becomes an
 * EngineUnreachableError in one line, whichever call receives it.
 */
export async function guarded<E extends Engine>(name: string, connect: () => Promise<E>): Promise<E> {
  const engine = await explained(name, connect)
  return new Proxy(engine, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target)
      if (typeof value !== 'function') return value
      if (member === 'query') {
        return (...args: Parameters<Engine['query']>) => rowsOf(name, () => target.query(...args))
      }
      return (...args: unknown[]) => explained(name, async () => value.apply(target, args))
    },
  })
}

async function explained<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asUnreachable(name, error)
  }
}

async function* rowsOf<T>(name: string, query: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* query()
  } catch (error) {
    throw asUnreachable(name, error)
  }
}

/** Errors that come from reading a value of an unexpected shape. */
function asUnreachable(name: string, error: unknown): unknown {
  const isShape = [TypeError, RangeError, SyntaxError].some((kind) => error instanceof kind)
  if (!isShape) return error
  return new EngineUnreachableError(
    `the server is not ${name}, or not a supported version: ${oneLine((error as Error).message)}`,
    { cause: error },
  )
}

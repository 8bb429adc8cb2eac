import avro, { type Type } from 'avsc'
import { describe, expect, test } from 'vitest'
import { PayloadError, RegistryError, UnreachableError } from '../errors.ts'
import { AvroDecoder } from './avro-decoder.ts'

const number: Type = avro.Type.forSchema('int')

/** The value 21, written with the schema of an id. */
function twentyOne(id: number): Buffer {
  const value = Buffer.from([0, 0, 0, 0, 0, 42])
  value.writeInt32BE(id, 1)
  return value
}

function unknown(id: number): PayloadError {
  return new PayloadError('UNKNOWN_SCHEMA', `the registry knows no schema ${id}`)
}

/** A registry whose requests stay pending until `answer` is called. */
class SlowRegistry {
  readonly asked: number[] = []
  readonly #waiting: { resolve: (type: Type) => void; reject: (error: Error) => void }[] = []

  avroType(id: number): Promise<Type> {
    this.asked.push(id)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  answer(answer: Type | Error): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (answer instanceof Error) reject(answer)
      else resolve(answer)
    }
  }
}

/** A registry that answers at once from a table of ids. */
function registryOf(answers: Record<number, Type | Error>) {
  const asked: number[] = []
  const avroType = async (id: number) => {
    asked.push(id)
    const answer = answers[id] ?? unknown(id)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { asked, avroType }
}

function outcomes(decoded: readonly unknown[]): unknown[] {
  return decoded.map((one) => (one instanceof PayloadError ? one.code : one))
}

describe('schema not fetched yet', () => {
  test('a schema is requested once for concurrent batches', async () => {
    const registry = new SlowRegistry()
    const decoder = new AvroDecoder<number>(number, registry)
    const batches = [1, 2, 3].map(() => decoder.decodeAll([twentyOne(5), twentyOne(5)]))
    registry.answer(number)
    expect(await Promise.all(batches)).toEqual([
      [21, 21],
      [21, 21],
      [21, 21],
    ])
    expect(await decoder.decodeAll([twentyOne(5)])).toEqual([21])
    expect(registry.asked).toEqual([5])
  })

  test('all schemas of a batch are requested concurrently', async () => {
    const registry = new SlowRegistry()
    const decoder = new AvroDecoder<number>(number, registry)
    const batch = decoder.decodeAll([twentyOne(5), null, twentyOne(6), twentyOne(5)])
    expect(registry.asked).toEqual([5, 6])
    registry.answer(number)
    expect(outcomes(await batch)).toEqual([21, 'EMPTY', 21, 21])
  })
})

test('a batch with many schemas requests at most eight at a time', async () => {
  const registry = new SlowRegistry()
  const decoder = new AvroDecoder<number>(number, registry)
  const ids = Array.from({ length: 20 }, (_, index) => index + 1)
  const batch = decoder.decodeAll(ids.map(twentyOne))
  const asked: number[] = []
  while (asked.at(-1) !== 20) {
    asked.push(registry.asked.length)
    registry.answer(number)
    await new Promise(setImmediate)
  }
  expect(await batch).toEqual(Array(20).fill(21))
  expect(asked).toEqual([8, 16, 20])
})

describe('schema unknown to the registry', () => {
  test('concurrent batches request an unknown schema once, and each of its records is UNKNOWN_SCHEMA', async () => {
    const registry = new SlowRegistry()
    const decoder = new AvroDecoder<number>(number, registry)
    const batches = [1, 2, 3].map(() => decoder.decodeAll([twentyOne(9), twentyOne(9)]))
    registry.answer(unknown(9))
    expect((await Promise.all(batches)).flatMap(outcomes)).toEqual(Array(6).fill('UNKNOWN_SCHEMA'))
    expect(registry.asked).toEqual([9])
  })

  test('records with a known schema in the same batch are decoded', async () => {
    const decoder = new AvroDecoder<number>(number, registryOf({ 5: number }))
    const decoded = await decoder.decodeAll([twentyOne(5), twentyOne(9), twentyOne(5)])
    expect(outcomes(decoded)).toEqual([21, 'UNKNOWN_SCHEMA', 21])
  })

  test('an unknown schema is requested again only after a while, and then decodes if registered', async () => {
    let now = 1_000_000
    const answers: Record<number, Type> = {}
    const registry = registryOf(answers)
    const decoder = new AvroDecoder<number>(number, registry, () => now)
    await decoder.decodeAll([twentyOne(9)])
    answers[9] = number
    now += 5_000
    expect(outcomes(await decoder.decodeAll([twentyOne(9)]))).toEqual(['UNKNOWN_SCHEMA'])
    expect(registry.asked).toEqual([9])
    now += 60_000
    expect(await decoder.decodeAll([twentyOne(9)])).toEqual([21])
    expect(registry.asked).toEqual([9, 9])
  })

  test('a schema that is still unknown later is remembered again', async () => {
    let now = 0
    const registry = registryOf({})
    const decoder = new AvroDecoder<number>(number, registry, () => now)
    await decoder.decodeAll([twentyOne(9)])
    now += 60_000
    await decoder.decodeAll([twentyOne(9)])
    await decoder.decodeAll([twentyOne(9)])
    expect(registry.asked).toEqual([9, 9])
  })

  test('the oldest of more than ten thousand unknown ids is forgotten first', async () => {
    const registry = registryOf({})
    const decoder = new AvroDecoder<number>(number, registry)
    await decoder.decodeAll([twentyOne(1)])
    await decoder.decodeAll(Array.from({ length: 10_000 }, (_, index) => twentyOne(index + 2)))
    await decoder.decodeAll([twentyOne(20_000)])
    registry.asked.length = 0
    await decoder.decodeAll([twentyOne(2), twentyOne(10_001)])
    expect(registry.asked).toEqual([])
    await decoder.decodeAll([twentyOne(1)])
    expect(registry.asked).toEqual([1])
  })

  test('the error of an unknown schema names its id', async () => {
    const [error] = await new AvroDecoder<number>(number, registryOf({})).decodeAll([twentyOne(70_001)])
    expect(String(error)).toContain('70001')
  })
})

test('an incompatible schema is requested once and gives errors per record, without throwing', async () => {
  const registry = registryOf({ 5: avro.Type.forSchema('string') })
  const decoder = new AvroDecoder<number>(number, registry)
  expect(outcomes(await decoder.decodeAll([twentyOne(5)]))).toEqual(['INCOMPATIBLE_SCHEMA'])
  expect(outcomes(await decoder.decodeAll([twentyOne(5)]))).toEqual(['INCOMPATIBLE_SCHEMA'])
  expect(registry.asked).toEqual([5])
})

describe('failing registry', () => {
  test.each([
    ['answers 500', new RegistryError(500, 'the schema registry answered 500')],
    ['refuses the credentials', new RegistryError(401, 'the schema registry answered 401')],
    ['is not at its address', new RegistryError(404, 'its address may lack a path')],
    ['is unreachable', new UnreachableError('http://localhost:8081', 'no schema registry answers')],
  ])('a registry that %s fails the batch, and the next batch asks again', async (_, failure) => {
    const answers: Record<number, Type | Error> = { 5: failure }
    const registry = registryOf(answers)
    const decoder = new AvroDecoder<number>(number, registry)
    await expect(decoder.decodeAll([twentyOne(5)])).rejects.toBe(failure)
    answers[5] = number
    expect(await decoder.decodeAll([twentyOne(5)])).toEqual([21])
    expect(registry.asked).toEqual([5, 5])
  })

  test('a batch with known schemas is decoded while the registry fails', async () => {
    const answers: Record<number, Type | Error> = { 5: number, 6: new RegistryError(503, 'busy') }
    const decoder = new AvroDecoder<number>(number, registryOf(answers))
    await decoder.decodeAll([twentyOne(5)])
    await expect(decoder.decodeAll([twentyOne(5), twentyOne(6)])).rejects.toThrow('busy')
    expect(await decoder.decodeAll([twentyOne(5)])).toEqual([21])
  })
})

import { closeSync, ftruncateSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { Random } from '../../producers/random.ts'

/** What the thread does. */
export interface BusyLogOptions {
  readonly path: string
  readonly seed: number
  readonly forMs: number
  readonly ways: readonly ('rename' | 'copytruncate')[]
}

const CHUNK = 16 * 1024

/**
 * Appends numbered lines to a log in halves and rotates it all the time, with pauses wherever a program may be delayed.
 * Returns the number of lines. Does not write between copying and truncating: no shipper could save such lines.
 */
function write({ path, seed, forMs, ways }: BusyLogOptions): number {
  const random = new Random(seed)
  const end = performance.now() + forMs
  let file = openSync(path, 'a')
  let count = 0
  let rotations = 0
  while (performance.now() < end) {
    for (let round = random.below(30); round >= 0; round -= 1) {
      let text = ''
      for (let line = random.below(300); line >= 0; line -= 1) {
        text += `line ${count}\n`
        count += 1
      }
      const half = random.below(text.length)
      writeSync(file, text.slice(0, half))
      pause(random, 5)
      writeSync(file, text.slice(half))
      pause(random, 5)
    }
    for (let number = rotations; number >= 1; number -= 1)
      renameSync(`${path}.${number}`, `${path}.${number + 1}`)
    rotations += 1
    if (random.pick(ways as ['rename']) === 'rename') {
      renameSync(path, `${path}.1`)
      closeSync(file)
      pause(random, 50)
      file = openSync(path, 'a')
    } else {
      copy(path, `${path}.1`, random)
      pause(random, 30)
      ftruncateSync(file)
      pause(random, 100)
    }
  }
  closeSync(file)
  return count
}

function copy(from: string, to: string, random: Random): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w')]
  const chunk = Buffer.alloc(CHUNK)
  const { size } = statSync(from)
  for (let at = 0; at < size; ) {
    const count = readSync(source, chunk, 0, CHUNK, at)
    writeSync(target, chunk, 0, count)
    at += count
    pause(random, 30)
  }
  closeSync(source)
  closeSync(target)
}

/** Pauses in 3 of 10 cases, for less than `ms`. */
function pause(random: Random, ms: number): void {
  if (random.chance(0.7)) return
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, random.below(ms))
}

parentPort?.postMessage(write(workerData as BusyLogOptions))

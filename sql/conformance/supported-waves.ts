import type { Design } from './answers/answers.ts'
import type { Wave } from './input/input.ts'

/** The waves without the records that an engine does not survive. */
export function supportedWaves(
  { unreadableEvents, wrongClocks }: Pick<Design, 'unreadableEvents' | 'wrongClocks'>,
  waves: readonly Wave[],
): Wave[] {
  return waves.map((wave) => ({
    ...wave,
    transactions: wave.transactions.filter(({ clock }) => clock === undefined || wrongClocks.includes(clock)),
    unreadableEvents: unreadableEvents ? wave.unreadableEvents : [],
  }))
}

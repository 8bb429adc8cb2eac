import { topic } from '../../catalog/topics.ts'
import { OrderCheck } from '../../demo/order-check.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { stableOffsets } from '../../kafka/clients/offsets.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { warn } from '../terminal/log.ts'

/** Checks the order of all game events that are written from now on, until its reader is closed. */
export async function watchOrder(
  profile: Profile,
): Promise<{ readonly check: OrderCheck; readonly reader: Reader }> {
  const game = topic('game-events').name
  const admin = await connectAdmin(profile, 'order-checker')
  try {
    const check = new OrderCheck()
    const reader = await Reader.start(profile, {
      application: 'order-checker',
      topic: game,
      from: await stableOffsets(admin, game),
      warn,
      onBatch: async (_, messages) => {
        for (const message of messages) check.observeMessage(message)
      },
    })
    return { check, reader }
  } finally {
    await admin.disconnect()
  }
}

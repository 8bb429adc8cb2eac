import type { Command } from 'commander'
import { REPLAYER } from '../../catalog/groups.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import {
  allDeadLetters,
  type DeadLetterTopic,
  deadLetterTopics,
  pendingDeadLetters,
} from '../../kafka/dead-letters/dead-letters.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'

/** Adds a command that takes a dead-letter topic as its first argument. */
export function topicCommand(parent: Command, name: string): Command {
  const choices = deadLetterTopics.map((topic) => `${topic.name} or ${topic.of}`).join(', ')
  return parent.command(name).argument('<topic>', choices)
}

/** The dead-letter topic with this name, or of the topic with this name. Any other name is wrong usage. */
export function dlqTopic(command: Command, given: string): DeadLetterTopic {
  const topic =
    deadLetterTopics.find(({ name }) => name === given) ?? deadLetterTopics.find(({ of }) => of === given)
  if (topic) return topic
  const choices = deadLetterTopics.map(({ name, of }) => `${name} (or ${of})`).join(', ')
  return command.error(`'${given}' has no dead letters; choose one of: ${choices}`)
}

/** The offsets of all dead letters of a topic, and of those that were not replayed yet. */
export async function ranges(profile: Profile, topic: DeadLetterTopic) {
  const admin = await connectAdmin(profile, REPLAYER)
  try {
    await requireTopics(admin, [topic.name, topic.of])
    return { all: await allDeadLetters(admin, topic), waiting: await pendingDeadLetters(admin, topic) }
  } finally {
    await admin.disconnect()
  }
}

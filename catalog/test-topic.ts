import { days, type Topic } from './topic.ts'

/** A topic that the catalog does not have, for tests of what is derived from topics. */
export function testTopic(details: Partial<Topic> = {}): Topic {
  return {
    name: 'chat',
    description: 'What players say.',
    partitions: 3,
    retention: days(1),
    key: undefined,
    value: { kind: 'json' },
    writers: [],
    readers: [],
    ...details,
  }
}

import { STREAM_CLIENTS, type StreamClient } from './stream-client.ts'

/**
 * The clients that what is built on the stream port is tested on: the default one, and in `npm run test:long` all of them.
 * That they do the same is held by stream-port.it.test.ts at each change.
 */
export const TESTED_CLIENTS: readonly StreamClient[] =
  process.env['PLAYSTREAM_TEST_CLIENTS'] === 'all' ? STREAM_CLIENTS : ['platformatic']

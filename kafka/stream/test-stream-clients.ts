import { STREAM_CLIENTS, type StreamClient } from './stream-client.ts'

/**
 * The clients on which tests of processors run: the default client, or all clients in `npm run test:long`.
 * stream-port.it.test.ts checks at each change that the clients behave alike.
 */
export const TESTED_CLIENTS: readonly StreamClient[] =
  process.env['PLAYSTREAM_TEST_CLIENTS'] === 'all' ? STREAM_CLIENTS : ['platformatic']

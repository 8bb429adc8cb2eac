import { rmSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { afterAll, describe, expect, test } from 'vitest'
import { temporaryHome } from '../../local/temporary-home.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'
import { profileName } from './profile-option.ts'

const BAD = ['../../x', '..', '/etc/passwd', 'a b', '', '-x', 'a\u001b[31mb', 'a/b', 'ä', 'a\nb', '__proto__']
const home = temporaryHome()
afterAll(() => rmSync(home.folder, { recursive: true }))

describe('a profile name', () => {
  test.each(['local', 'cloud', 'Lab_2', 'a-b', '9'])('may be %s', (name) => {
    expect(profileName(name)).toBe(name)
  })

  test.each(BAD)('may not be %j', (name) => {
    expect(() => profileName(name)).toThrow(InvalidArgumentError)
  })

  test('that is invalid is wrong usage even for a verb without a cluster, as option, variable or argument', async () => {
    for (const run of [
      new Playstream(home, ['--profile', '../../x', 'topics', 'list']),
      new Playstream(home, ['topics', 'list', '--profile=../../x']),
      new Playstream(home, ['topics', 'list'], { PLAYSTREAM_PROFILE: '../../x' }),
      new Playstream(home, ['profile', 'show', '../../x']),
    ]) {
      expect(await run.ended).toBe(2)
      expect(run.lines).toEqual([expect.stringContaining("'../../x' is not a valid profile name")])
    }
    expect(await playstream(home, 'topics', 'list')).toMatchObject({ code: 0 })
  })
})

import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { duration, instant, portBase, positiveInteger, rate, seed, share } from './arguments.ts'

type Parse = (text: string) => number

function describeArgument(
  name: string,
  parse: Parse,
  cases: { readonly accepts: readonly (readonly [string, number])[]; readonly refuses: readonly string[] },
): void {
  describe(name, () => {
    test.each(cases.accepts)("'%s' is %d", (text, expected) => {
      expect(parse(text)).toBe(expected)
    })

    test.each(cases.refuses)("'%s' is refused with a sentence that says what is allowed", (text) => {
      expect(() => parse(text)).toThrow(InvalidArgumentError)
      expect(() => parse(text)).toThrow(/^It must be .+\.$/)
    })
  })
}

describeArgument('a count', positiveInteger, {
  accepts: [
    ['1', 1],
    ['1000000', 1_000_000],
    ['9007199254740991', 9_007_199_254_740_991],
  ],
  refuses: ['', '0', '-1', '1.5', '1e3', '0x10', ' 1', 'many', '9007199254740992', 'Infinity'],
})

describeArgument('a seed', seed, {
  accepts: [
    ['0', 0],
    ['42', 42],
    ['9007199254740991', 9_007_199_254_740_991],
  ],
  refuses: ['', '-1', '4.2', '9007199254740993', 'abc'],
})

describeArgument('a rate', rate, {
  accepts: [
    ['max', Number.POSITIVE_INFINITY],
    ['5000', 5_000],
    ['0.25', 0.25],
  ],
  refuses: ['', '0', '0.0', '-5', '1e3', '5/s', 'Infinity', 'NaN', 'MAX'],
})

describeArgument('a share', share, {
  accepts: [
    ['0', 0],
    ['1', 1],
    ['0.3', 0.3],
    ['.5', 0.5],
  ],
  refuses: ['', '.', '1.01', '-0.1', '30%', '1e-3', '0,3'],
})

describeArgument('a duration', duration, {
  accepts: [
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['24d', 2_073_600_000],
    ['2147483647ms', 2_147_483_647],
  ],
  // A timer of 2^31 ms or more would fire at once.
  refuses: ['2147483648ms', '25d', '', '0s', '30', '-5s', '5 m', 's', '5y', '5 minutes', 'forever'],
})

describeArgument('an instant', instant, {
  accepts: [
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-31T12:00:00Z', 1_769_860_800_000],
    ['2026-01-31T13:00:00.5+01:00', 1_769_860_800_500],
    ['2026-01-31T12:00Z', 1_769_860_800_000],
    ['2026-01-31T06:30:00-05:30', 1_769_860_800_000],
    ['2026-01-31', 1_769_817_600_000],
    ['2028-02-29', 1_835_395_200_000],
  ],
  refuses: [
    '',
    'now',
    '31/01/2026',
    '1769860800000',
    '2026-13-01',
    '2026-00-10',
    '2026-02-31',
    '2026-02-31T00:00:00Z',
    '2026-02-29T12:00:00+01:00',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:00+99:00',
    '2026-01-31T12:00:00',
    '2026-01-31T12Z',
    '2026-01-31 (garbage)',
    '2026-01-31 12:00:00Z',
    ' 2026-01-31',
    '2026-01-31Z',
    '1969-12-31',
    'Jan 31 2026',
  ],
})

describeArgument('a port base', portBase, {
  accepts: [
    ['1024', 1_024],
    ['9092', 9_092],
    ['65000', 65_000],
  ],
  refuses: ['', '0', '1023', '65001', '9092.5', '-9092', 'kafka'],
})

import { expect, test } from 'vitest'
import { CatalogError, CodedError, PlaystreamError } from './errors.ts'

class DiskError extends CodedError<'FULL' | 'GONE'> {}

test('an error has the name of its own class, and its cause', () => {
  const cause = new Error('no space left')
  const error = new DiskError('FULL', 'the disk is full; delete something', { cause })
  expect(error).toBeInstanceOf(PlaystreamError)
  expect(error).toMatchObject({ name: 'DiskError', code: 'FULL', cause })
  expect(String(error)).toBe('DiskError: the disk is full; delete something')
  expect(String(new CatalogError('x'))).toBe('CatalogError: x')
})

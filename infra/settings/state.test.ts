import { describe, expect, test } from 'vitest'
import { synthesized } from '../stack/test-stack.ts'
import { parseState } from './state.ts'

const backend = (state: string, stage = 'dev') => synthesized({ state, stage }).terraform

describe('the state', () => {
  test('is by default a file in the repository, outside of the folder that cdktf clears, with a relative path', () => {
    expect(synthesized().terraform.backend).toEqual({
      local: { path: '../../../terraform.playstream-dev.tfstate' },
    })
  })

  test('can be in S3, encrypted and with a lock', () => {
    expect(backend('s3://my-bucket/teams/game?region=eu-west-1', 'prod').backend).toEqual({
      s3: {
        bucket: 'my-bucket',
        key: 'teams/game/playstream-prod.tfstate',
        region: 'eu-west-1',
        encrypt: true,
        use_lockfile: true,
      },
    })
  })

  test('can be in Google Cloud Storage', () => {
    expect(backend('gcs://my-bucket/game/').backend).toEqual({
      gcs: { bucket: 'my-bucket', prefix: 'game/playstream-dev' },
    })
  })

  test('can be in HCP Terraform', () => {
    expect(backend('remote:acme/playstream', 'staging').cloud).toEqual({
      organization: 'acme',
      workspaces: { name: 'playstream-staging' },
    })
  })

  test.each(['local', 's3://bucket/path?region=x', 'gcs://bucket/path', 'remote:organization/workspace'])(
    "is in a different place for each stage: '%s'",
    (state) => {
      const places = ['dev', 'staging', 'prod'].map((stage) => {
        const { backend: kept, cloud } = backend(state, stage)
        return JSON.stringify([kept, cloud])
      })
      expect(new Set(places).size).toBe(3)
    },
  )

  test.each([
    '',
    's3://bucket',
    's3://bucket/',
    's3://bucket/path',
    's3://Bucket/path?region=x',
    's3://bucket/path?region=x&acl=public',
    'gcs://bucket/path?region=x',
    'gs://bucket/path',
    'remote:organization',
    'remote:organization/workspace/more',
    'http://example.com/state',
  ])("'%s' is refused with what it must be", (text) => {
    expect(parseState(text)).toMatch(/s3:\/\/bucket\/path\?region=|remote:organization\/workspace/)
  })
})

/** Where Terraform keeps its state, which contains the keys' secrets. Each stage has its own state there. */
export type State =
  | { readonly kind: 'local' }
  | { readonly kind: 's3'; readonly bucket: string; readonly path: string; readonly region: string }
  | { readonly kind: 'gcs'; readonly bucket: string; readonly path: string }
  | { readonly kind: 'remote'; readonly organization: string; readonly workspace: string }

const SHAPES =
  'it must be local, s3://bucket/path?region=…, gcs://bucket/path or remote:organization/workspace'

/** The parsed setting, or the problem with it. */
export function parseState(text: string): State | string {
  if (text === 'local') return { kind: 'local' }
  const remote = /^remote:([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)$/.exec(text)
  if (remote) return { kind: 'remote', organization: remote[1] ?? '', workspace: remote[2] ?? '' }
  const bucket = /^(s3|gcs):\/\/([a-z0-9][a-z0-9._-]*)\/([\w!.*'()/-]+?)\/?(?:\?(.*))?$/.exec(text)
  if (!bucket) return SHAPES
  const [, kind, name = '', path = '', query = ''] = bucket
  const parameters = new URLSearchParams(query)
  const region = parameters.get('region') ?? ''
  const unknown = [...parameters.keys()].filter((key) => !(kind === 's3' && key === 'region'))
  if (unknown.length > 0) return `'${unknown.join("', '")}' is not supported; ${SHAPES}`
  if (kind === 'gcs') return { kind: 'gcs', bucket: name, path }
  if (!/^[a-z0-9-]+$/.test(region)) return 'it needs the bucket’s region: s3://bucket/path?region=us-east-2'
  return { kind: 's3', bucket: name, path, region }
}

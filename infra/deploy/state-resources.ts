import type { Terraform } from './terraform.ts'

/** A resource in the state. */
export interface StateResource {
  /** As Terraform names it: `confluent_kafka_topic.logs`. */
  readonly address: string
  readonly type: string
  readonly name: string
  /** Whether its creation failed half-way, so that Terraform would create it again. */
  readonly tainted: boolean
  readonly values: Readonly<Record<string, unknown>>
}

/** The addresses of all managed resources in the state; none before the first deployment. */
export async function stateAddresses(terraform: Terraform): Promise<string[]> {
  const { code, output, errors } = await terraform.run(['state', 'list'], 'kept')
  if (code !== 0 && /No state file was found/.test(errors + output)) return []
  const listed = code === 0 ? output : (await terraform.succeed(['state', 'list'], 'kept')).output
  return listed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('data.'))
}

/** The managed resources in the state with their attributes, secrets in clear text. Deposed objects are left out. */
export async function stateResources(terraform: Terraform): Promise<StateResource[]> {
  const { output } = await terraform.succeed(['show', '-json', '-no-color'], 'kept')
  return parseStateResources(output)
}

/** The managed resources in the output of `terraform show -json` for a state. */
export function parseStateResources(json: string): StateResource[] {
  if (json.trim() === '') return []
  const { values } = JSON.parse(json) as {
    values?: {
      root_module?: {
        resources?: (Omit<StateResource, 'tainted'> & {
          mode: string
          tainted?: boolean
          deposed_key?: string
        })[]
      }
    }
  }
  return (values?.root_module?.resources ?? [])
    .filter(({ mode, deposed_key: deposed }) => mode === 'managed' && deposed === undefined)
    .map(({ address, type, name, tainted = false, values: attributes }) => ({
      address,
      type,
      name,
      tainted,
      values: attributes,
    }))
}

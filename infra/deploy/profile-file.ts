import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makePrivateFolder, PRIVATE_FILE } from '../../kafka/private-files.ts'
import {
  type DeployedProfileFile,
  deployedProfileFile,
  readDeployed,
} from '../../kafka/profile/deployed-profile.ts'
import { TerraformError } from '../errors.ts'
import { ACCOUNT_OUTPUT } from '../stack/output-names.ts'

/**
 * The connection profile from a deployment's outputs.
 * @throws TerraformError if they are not the outputs of this stack
 */
export function profileOf(outputs: Readonly<Record<string, unknown>>): DeployedProfileFile {
  const text = (name: string) => {
    const value = outputs[name]
    if (typeof value === 'string' && value !== '') return value
    throw new TerraformError(`the deployment has no output '${name}': finish it with: npm run deploy`)
  }
  const accounts = Object.entries(outputs)
    .filter(([name]) => name.startsWith(ACCOUNT_OUTPUT))
    .map(([name, keys]) => [
      name.slice(ACCOUNT_OUTPUT.length),
      keys as DeployedProfileFile['accounts'][string],
    ])
  return {
    stage: text('stage'),
    bootstrapServers: text('bootstrap_servers').split(','),
    registryUrl: text('registry_url'),
    accounts: Object.fromEntries(accounts),
    ...ksqlDbOf(outputs['sql']),
  }
}

/** Only an access without a compute pool is ksqlDB's; Flink is reached by other means. */
function ksqlDbOf(output: unknown): Pick<DeployedProfileFile, 'ksqldb'> {
  const { endpoint, key, secret, computePool } = (output ?? {}) as Readonly<
    Record<string, string | undefined>
  >
  if (endpoint === undefined || key === undefined || secret === undefined || computePool !== undefined)
    return {}
  return { ksqldb: { url: endpoint, key, secret } }
}

/** Writes the profile `cloud` atomically, readable by its owner only. Returns the file. */
export function writeProfile(profile: DeployedProfileFile, file = deployedProfileFile()): string {
  makePrivateFolder(dirname(file))
  const partial = `${file}.${process.pid}`
  try {
    writeFileSync(partial, `${JSON.stringify(profile, null, 2)}\n`, { mode: PRIVATE_FILE, flag: 'wx' })
    renameSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
  return file
}

/** Removes the profile if it is of this stage; another stage's profile stays. */
export function removeProfile(stage: string, file = deployedProfileFile()): void {
  if (readDeployed(file)?.stage === stage) rmSync(file)
}

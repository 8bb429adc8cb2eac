import { relative } from 'node:path'
import {
  CloudBackend,
  GcsBackend,
  LocalBackend,
  NamedCloudWorkspace,
  S3Backend,
  type TerraformStack,
} from '../cdktf.ts'
import type { State } from '../settings/state.ts'

export interface StatePlace {
  readonly stage: string
  /** The folder in which Terraform runs. */
  readonly workingFolder: string
  /** The folder for a local state. */
  readonly localFolder: string
}

/** Makes a stack keep its state in the given place. */
export function keepState(stack: TerraformStack, state: State, place: StatePlace): void {
  const { stage, workingFolder, localFolder } = place
  switch (state.kind) {
    case 'local':
      // Relative, so that the result contains no path of this machine; outside of the output folder, which cdktf
      // clears.
      new LocalBackend(stack, {
        path: `${relative(workingFolder, localFolder) || '.'}/terraform.playstream-${stage}.tfstate`,
      })
      return
    case 's3': {
      const key = `${state.path}/playstream-${stage}.tfstate`
      new S3Backend(stack, { bucket: state.bucket, key, region: state.region, encrypt: true })
      // A lock without a DynamoDB table: Terraform and OpenTofu 1.10 support it, and cdktf has no option for it.
      stack.addOverride('terraform.backend.s3.use_lockfile', true)
      return
    }
    case 'gcs':
      new GcsBackend(stack, { bucket: state.bucket, prefix: `${state.path}/playstream-${stage}` })
      return
    case 'remote':
      new CloudBackend(stack, {
        organization: state.organization,
        workspaces: new NamedCloudWorkspace(`${state.workspace}-${stage}`),
      })
  }
}

// The one place that knows the library. cdktf is archived; to move to its drop-in successor, put `cdktn` here.
export {
  App,
  CloudBackend,
  GcsBackend,
  type ITerraformDependable,
  LocalBackend,
  NamedCloudWorkspace,
  S3Backend,
  TerraformDataSource,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from 'cdktf'
export { Construct } from 'constructs'

// The only import of the library. cdktf is archived; to move to its drop-in successor, write `cdktn` here.
export {
  App,
  CloudBackend,
  conditional,
  DataResource,
  Fn,
  GcsBackend,
  type ITerraformDependable,
  LocalBackend,
  NamedCloudWorkspace,
  Op,
  S3Backend,
  TerraformDataSource,
  TerraformLocal,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  Token,
} from 'cdktf'
export { Construct } from 'constructs'

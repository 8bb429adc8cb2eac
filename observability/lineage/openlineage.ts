import type { SeenEdge, SeenLineage, SeenNode } from './seen-lineage.ts'

const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs'
const FACETS = 'https://openlineage.io/spec/facets'
/** Identifies the program, which has no address of its own. */
const PRODUCER = 'urn:playstream:lineage'

export interface OpenLineageOptions {
  /** The cluster's first bootstrap server: `kafka://host:port` is the namespace of its topics. */
  readonly bootstrapServer: string
  /** The namespace of the jobs: the profile's name. */
  readonly namespace: string
  /** ms since the epoch. */
  readonly at: number
}

interface DataSet {
  readonly namespace: string
  readonly name: string
  readonly facets: { readonly documentation: Documentation }
}

interface Facet {
  readonly _producer: string
  readonly _schemaURL: string
}

type Documentation = Facet & { readonly description: string }

/** A job that nobody has run, with what it reads and writes (JobEvent of OpenLineage 2-0-2). */
export interface JobEvent {
  readonly eventTime: string
  readonly producer: string
  readonly schemaURL: string
  readonly job: {
    readonly namespace: string
    readonly name: string
    readonly facets: {
      readonly documentation: Documentation
      readonly jobType: Facet & {
        readonly processingType: 'STREAMING'
        readonly integration: 'KAFKA'
        readonly jobType: string
      }
    }
  }
  readonly inputs: readonly DataSet[]
  readonly outputs: readonly DataSet[]
}

/** One event for each program, processor, script and foreign group. Which flows are seen is not part of it. */
export function openLineage({ nodes, edges }: SeenLineage, options: OpenLineageOptions): JobEvent[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const dataSets = (side: readonly SeenEdge[], end: 'from' | 'to') => {
    const topics = [...new Set(side.map((edge) => edge[end]))]
    return topics.flatMap((id) => dataSet(byId.get(id), options))
  }
  return nodes.filter(isJob).map((node) => ({
    eventTime: new Date(options.at).toISOString(),
    producer: PRODUCER,
    schemaURL: `${SPEC}/JobEvent`,
    job: {
      namespace: options.namespace,
      name: node.id,
      facets: {
        documentation: documentation('Job', node.description),
        jobType: {
          _producer: PRODUCER,
          _schemaURL: `${FACETS}/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet`,
          processingType: 'STREAMING',
          integration: 'KAFKA',
          jobType: node.kind.toUpperCase().replace('-', '_'),
        },
      },
    },
    inputs: dataSets(
      edges.filter(({ to }) => to === node.id),
      'from',
    ),
    outputs: dataSets(
      edges.filter(({ from }) => from === node.id),
      'to',
    ),
  }))
}

function isJob({ kind }: SeenNode): boolean {
  return kind !== 'topic' && kind !== 'foreign-topic'
}

function dataSet(node: SeenNode | undefined, { bootstrapServer }: OpenLineageOptions): DataSet[] {
  if (!node) return []
  return [
    {
      namespace: `kafka://${bootstrapServer}`,
      name: node.name,
      facets: { documentation: documentation('Dataset', node.description) },
    },
  ]
}

function documentation(of: 'Job' | 'Dataset', description: string): Documentation {
  const name = `Documentation${of}Facet`
  const version = of === 'Job' ? '1-0-0' : '1-0-1'
  return { _producer: PRODUCER, _schemaURL: `${FACETS}/${version}/${name}.json#/$defs/${name}`, description }
}

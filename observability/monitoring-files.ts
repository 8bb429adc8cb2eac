import { stringify } from 'yaml'
import { grafanaFiles } from './grafana/files.ts'
import { prometheusFiles } from './prometheus/files.ts'

const HEADER = '# Generated from the catalog by `npm run monitoring`. Do not edit.\n'

/** The configuration of Prometheus and Grafana: the text of each file by its path below observability/. */
export function monitoringFiles(): ReadonlyMap<string, string> {
  const folders = { prometheus: prometheusFiles(), grafana: grafanaFiles() }
  return new Map(
    Object.entries(folders).flatMap(([folder, files]) =>
      Object.entries(files).map(([name, content]) => [`${folder}/${name}`, textOf(name, content)] as const),
    ),
  )
}

/** The content of a file as its name's ending has it. */
export function textOf(name: string, content: unknown): string {
  if (name.endsWith('.json')) return `${JSON.stringify(content, undefined, 2)}\n`
  return HEADER + stringify(content, { lineWidth: 0 })
}

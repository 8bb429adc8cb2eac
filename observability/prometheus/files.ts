import { alertRules } from './alert-rules.ts'
import { recordingRules } from './recording-rules.ts'
import { type Target, targets } from './targets.ts'
import { CALM, seconds, type Timing } from './timing.ts'

/** The files of a Prometheus server, by name: each becomes YAML. */
export function prometheusFiles(
  timing: Timing = CALM,
  scraped: readonly Pick<Target, 'job' | 'port'>[] = targets,
): Readonly<Record<string, unknown>> {
  const interval = seconds(timing.evaluate)
  return {
    'prometheus.yaml': {
      global: { scrape_interval: seconds(timing.scrape), evaluation_interval: interval },
      rule_files: ['recording-rules.yaml', 'alert-rules.yaml'],
      scrape_configs: scraped.map(({ job, port }) => ({
        job_name: job,
        static_configs: [{ targets: [`localhost:${port}`] }],
      })),
    },
    'recording-rules.yaml': { groups: [{ name: 'playstream', interval, rules: recordingRules(timing) }] },
    'alert-rules.yaml': { groups: [{ name: 'playstream-alerts', interval, rules: alertRules(timing) }] },
  }
}

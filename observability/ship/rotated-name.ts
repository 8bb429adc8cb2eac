import { basename, dirname, join } from 'node:path'

/**
 * What is the same of all the names of one log at different ages, as logrotate and its like give them: `auth.log`,
 * `auth.log.1`, `auth.log.2.gz`, `auth.log-20260131`, `auth-20260131.log`. A number before an extension is only taken for
 * a date: logs that exist side by side are called `web-1.log` and `web-2.log`.
 */
export function logOf(path: string): string {
  const name = basename(path)
    .replace(/\.gz$/, '')
    .replace(/([-._]\d+)+$/, '')
    .replace(/[-._]\d{4}[-._]?\d\d[-._]?\d\d([-._T]?\d+)*(?=\.[a-z]+$)/i, '')
  return join(dirname(path), name)
}

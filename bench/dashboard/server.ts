// The dashboard in its own process, which says over IPC where it is and, when asked, what it used. Arguments: bootstrap
// servers, registry. Ends with its parent.
import { startDashboard } from '../../observability/dashboard/dashboard.ts'

const [servers = '', registry = ''] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const dashboard = await startDashboard(
  { name: 'bench', bootstrapServers: servers.split(','), tls: false, registry: { url: registry } },
  { host: '127.0.0.1', port: 0, warn: (line) => process.stderr.write(`${line}\n`) },
)
await dashboard.following
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicroseconds: user + system, maxRssKilobytes: process.resourceUsage().maxRSS })
})
process.send?.({ url: dashboard.url })

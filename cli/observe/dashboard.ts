import type { Command } from 'commander'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { startDashboard } from '../../observability/dashboard/dashboard.ts'
import { addPageOptions, type PageOptions, pageAccess } from '../options/page-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { say } from '../terminal/log.ts'
import { print } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'

export function dashboardCommand(program: Command): void {
  const command = program
    .command('dashboard')
    .description('serve the live page of a cluster until Ctrl-C; it only reads')
  addPageOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  playstream dashboard
  playstream --profile cloud dashboard --port 0
  playstream dashboard --host 0.0.0.0 --auth-token "$TOKEN"     open it once with ?token=...`,
    )
    .action((options: PageOptions) => dashboard(command, options))
}

async function dashboard(command: Command, options: PageOptions): Promise<void> {
  const profile = profileOf(command, 'dashboard')
  const admin = await connectAdmin(profile, 'dashboard')
  await admin.disconnect()
  const signal = shutdownSignal(say)
  const running = await startDashboard(profile, { ...pageAccess(options), warn: say })
  print(running.url)
  const stopped = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  try {
    await Promise.race([stopped, running.failed])
  } finally {
    await running.close()
  }
}

import type { Command } from 'commander'
import { port } from './arguments.ts'

/** The port of the dashboard where nobody says otherwise. */
export const DASHBOARD_PORT = 9400

/** What every command takes that serves a page. */
export interface PageOptions {
  port: number
  host: string
  authToken?: string
  allowHost?: string[]
}

export function addPageOptions(command: Command): Command {
  return command
    .option('--port <port>', 'where the page listens; 0 takes any free port', port, DASHBOARD_PORT)
    .option('--host <address>', 'the address to listen on; any but loopback needs --auth-token', '127.0.0.1')
    .option('--auth-token <token>', 'what a browser must show; PLAYSTREAM_AUTH_TOKEN sets it too')
    .option('--allow-host <name...>', 'names under which the page is reached too, for example behind a proxy')
}

/** The options as the page's server names them. */
export function pageAccess({ port, host, authToken, allowHost }: PageOptions) {
  const token = authToken ?? process.env.PLAYSTREAM_AUTH_TOKEN
  return {
    port,
    host,
    ...(token ? { token } : {}),
    ...(allowHost ? { allowedHosts: allowHost } : {}),
  }
}

/**
 * Which lines count as failures. Each mode includes the ones before it: `normal` counts failed authentication, `ddos` also
 * connections that end before authentication, `extra` also clients without a common algorithm or method, and `aggressive`
 * everything else that fails before authentication.
 */
export const MODES = ['normal', 'ddos', 'extra', 'aggressive'] as const

export type Mode = (typeof MODES)[number]

/** Whether a failure in mode `from` is also a failure in `mode`. */
export function includes(mode: Mode, from: Mode): boolean {
  return WIDTH[mode] >= WIDTH[from]
}

const WIDTH: Readonly<Record<Mode, number>> = { normal: 0, ddos: 1, extra: 2, aggressive: 3 }

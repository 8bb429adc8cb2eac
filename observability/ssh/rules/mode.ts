/**
 * How strictly lines are judged, each wider than the one before it: what is a failure in one is a failure in all that
 * follow. `normal` counts authentication, `ddos` connections that end before it too, `extra` clients that share no
 * algorithm or method, `aggressive` whatever else goes wrong before authentication.
 */
export const MODES = ['normal', 'ddos', 'extra', 'aggressive'] as const

export type Mode = (typeof MODES)[number]

/** Whether `mode` is as wide as `from`, or wider. */
export function includes(mode: Mode, from: Mode): boolean {
  return WIDTH[mode] >= WIDTH[from]
}

const WIDTH: Readonly<Record<Mode, number>> = { normal: 0, ddos: 1, extra: 2, aggressive: 3 }

import { useSyncExternalStore } from 'react'

export type ColorScheme = 'system' | 'light' | 'dark'

const KEY = 'playstream-color-scheme'
const listeners = new Set<() => void>()

function read(): ColorScheme {
  const kept = localStorage.getItem(KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

function apply(): void {
  document.documentElement.dataset['scheme'] = read()
  for (const listener of listeners) listener()
}

function choose(scheme: ColorScheme): void {
  localStorage.setItem(KEY, scheme)
  apply()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

apply()
addEventListener('storage', apply)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply)

/** The chosen colour scheme, kept in the browser, and what chooses another. */
export function useColorScheme(): [scheme: ColorScheme, choose: (scheme: ColorScheme) => void] {
  return [useSyncExternalStore(subscribe, read), choose]
}

/** A colour token as a canvas understands it, for example `--accent`. Changes with the colour scheme. */
export function colorOf(element: HTMLElement, token: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${token})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Calls back when the colours change. */
export const onColorsChange = subscribe

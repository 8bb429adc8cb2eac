import { type ReactNode, useEffect, useRef } from 'react'
import { colorOf, onColorsChange } from '../../../../web/client/color-scheme.ts'
import { onLive } from '../live/events.ts'
import { Field } from './field.ts'

/** The field's side in metres: MAP_METRES of producers/game.ts. */
const METRES = 1_000
const GRID_METRES = 100
const FULL_HEALTH = 100

interface Colors {
  readonly line: string
  readonly good: string
  readonly warn: string
  readonly bad: string
  readonly soft: string
}

/** The field with everyone on it. The table beside it says the same in words. */
export function FieldMap({ selected }: { readonly selected: string | undefined }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const marked = useRef(selected)
  marked.current = selected
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const field = new Field()
    const frame = element.parentElement as HTMLElement
    let colors = colorsOf(frame)
    let request = 0
    const stops = [
      onLive('players', (state) => field.update(state, performance.now())),
      onColorsChange(() => {
        colors = colorsOf(frame)
      }),
    ]
    const draw = (now: number) => {
      const side = element.clientWidth
      const pixels = Math.round(side * devicePixelRatio)
      if (element.width !== pixels) {
        element.width = pixels
        element.height = pixels
      }
      context.setTransform(pixels / METRES, 0, 0, pixels / METRES, 0, 0)
      paint(context, METRES / Math.max(1, side), field.at(now), colors, marked.current)
      request = requestAnimationFrame(draw)
    }
    request = requestAnimationFrame(draw)
    return () => {
      cancelAnimationFrame(request)
      for (const stop of stops) stop()
    }
  }, [])
  return (
    <div className="field">
      <canvas
        ref={canvas}
        role="img"
        aria-label="The field from above; the table of players says the same in words"
      />
    </div>
  )
}

function colorsOf(element: HTMLElement): Colors {
  const of = (token: string) => colorOf(element, token)
  return {
    line: of('--line'),
    good: of('--good'),
    warn: of('--warn'),
    bad: of('--bad'),
    soft: of('--text-soft'),
  }
}

/** @param unit a CSS pixel in metres of the field */
function paint(
  context: CanvasRenderingContext2D,
  unit: number,
  players: ReturnType<Field['at']>,
  colors: Colors,
  marked: string | undefined,
): void {
  context.clearRect(0, 0, METRES, METRES)
  context.lineWidth = unit
  context.strokeStyle = colors.line
  context.beginPath()
  for (let at = GRID_METRES; at < METRES; at += GRID_METRES) {
    context.moveTo(at, 0)
    context.lineTo(at, METRES)
    context.moveTo(0, at)
    context.lineTo(METRES, at)
  }
  context.stroke()
  for (const { id, x, y, health } of players) {
    const share = Math.max(0, Math.min(1, (health ?? 0) / FULL_HEALTH))
    const color =
      health === null ? colors.soft : share > 0.6 ? colors.good : share > 0.25 ? colors.warn : colors.bad
    context.fillStyle = color
    context.strokeStyle = color
    context.beginPath()
    context.arc(x, y, 4 * unit, 0, 2 * Math.PI)
    if (health === 0) {
      context.lineWidth = 1.5 * unit
      context.stroke()
    } else context.fill()
    // The ring tells the health without colour.
    context.lineWidth = 2 * unit
    context.beginPath()
    context.arc(x, y, 7.5 * unit, -Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI)
    context.stroke()
    if (id !== marked) continue
    context.lineWidth = 2 * unit
    context.beginPath()
    context.arc(x, y, 14 * unit, 0, 2 * Math.PI)
    context.stroke()
  }
}

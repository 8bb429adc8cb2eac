import { type ReactNode, useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colorOf, onColorsChange } from '../../../../web/client/color-scheme.ts'
import { clockText } from './format.ts'
import { Table } from './table.tsx'

export interface Series {
  readonly label: string
  /** Aligned with the times; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

const HEIGHT = 220
const TABLE_ROWS = 20

/** Curves over time, with their latest values as legend and a table of the same figures. */
export function Curves({
  label,
  times,
  series,
  format,
}: {
  readonly label: string
  /** ms since the epoch. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  readonly format: (value: number | null | undefined) => string
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const data = useRef<uPlot.AlignedData>([[]])
  data.current = [times.map((at) => at / 1000), ...series.map(({ values }) => [...values])]
  const labels = series.map(({ label: name }) => name).join('\n')
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const draw = () => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsOf(element, labels.split('\n'), format), data.current, element)
    }
    draw()
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    resized.observe(element)
    const stop = onColorsChange(draw)
    return () => {
      stop()
      resized.disconnect()
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [labels, format])
  useEffect(() => plot.current?.setData(data.current))
  return (
    <figure className="curves">
      <figcaption className="legend">
        {series.map(({ label: name, values }, index) => (
          <span key={name} className={`series series-${index + 1}`}>
            {name} <b>{format(values.at(-1))}</b>
          </span>
        ))}
      </figcaption>
      <div ref={frame} className="plot" aria-hidden="true" />
      <details>
        <summary>Figures as a table</summary>
        <Table
          label={label}
          rows={tableRows(times, series)}
          keyOf={({ at }) => String(at)}
          columns={[
            { title: 'Time (UTC)', isHead: true, cell: ({ at }) => clockText(at) },
            ...series.map(({ label: title }, index) => ({
              title,
              isNumber: true,
              cell: ({ values }: { values: readonly (number | null | undefined)[] }) => format(values[index]),
            })),
          ]}
        />
      </details>
    </figure>
  )
}

/** The newest first, evenly spread over the whole time. */
function tableRows(times: readonly number[], series: readonly Series[]) {
  const every = Math.max(1, Math.ceil(times.length / TABLE_ROWS))
  return times
    .map((at, index) => ({ at, values: series.map(({ values }) => values[index]) }))
    .reverse()
    .filter((_, index) => index % every === 0)
}

function optionsOf(
  element: HTMLElement,
  labels: readonly string[],
  format: (value: number) => string,
): uPlot.Options {
  const soft = colorOf(element, '--text-soft')
  const grid = { stroke: colorOf(element, '--line'), width: 1 }
  const axis = { stroke: soft, grid, ticks: { show: false }, font: '11px system-ui, sans-serif' }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    padding: [8, 8, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, size: 28, space: 70, values: (_, ticks) => ticks.map((tick) => clockText(tick * 1000)) },
      { ...axis, size: 58, values: (_, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...labels.map((label, index) => {
        const stroke = colorOf(element, `--series-${index + 1}`)
        return { label, stroke, width: 1.75, points: { show: false }, spanGaps: false }
      }),
    ],
  }
}

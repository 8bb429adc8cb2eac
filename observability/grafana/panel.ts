/** A query of a panel. */
export interface Query {
  readonly expr: string
  /** The name of each curve, with labels in braces: `{{topic}}`. */
  readonly legend: string
}

/** A panel of a dashboard. Units are Grafana's. */
export interface Panel {
  readonly title: string
  readonly kind: 'timeseries' | 'stat'
  readonly unit: string
  readonly queries: readonly Query[]
  readonly description?: string
}

export interface Dashboard {
  /** The last part of its address. */
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
}

export const curve = (title: string, unit: string, ...queries: readonly Query[]): Panel => ({
  title,
  kind: 'timeseries',
  unit,
  queries,
})

export const figure = (title: string, unit: string, expr: string): Panel => ({
  title,
  kind: 'stat',
  unit,
  queries: [{ expr, legend: title }],
})

export const by = (legend: string, expr: string): Query => ({ expr, legend })

/** Grafana's grid has 24 columns: four figures or two curves in a row. */
const COLUMNS = 24
const SIZES = { stat: { w: 6, h: 4 }, timeseries: { w: 12, h: 8 } } as const

const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

/** The dashboard as Grafana imports it. */
export function grafanaDashboard({ uid, title, panels }: Dashboard): unknown {
  let x = 0
  let y = 0
  let rowHeight = 0
  const placed = panels.map((panel, index) => {
    const { w, h } = SIZES[panel.kind]
    if (x + w > COLUMNS || (rowHeight > 0 && rowHeight !== h)) {
      x = 0
      y += rowHeight
    }
    const gridPos = { x, y, w, h }
    x += w
    rowHeight = h
    return grafanaPanel(panel, index + 1, gridPos)
  })
  return {
    uid: `playstream-${uid}`,
    title: `Playstream: ${title}`,
    tags: ['playstream'],
    schemaVersion: 39,
    editable: false,
    refresh: '10s',
    time: { from: 'now-30m', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }],
    },
    panels: placed,
  }
}

function grafanaPanel({ title, kind, unit, queries }: Panel, id: number, gridPos: unknown): unknown {
  return {
    id,
    type: kind,
    title,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      kind === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value' }
        : {
            legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull'] },
            tooltip: { mode: 'multi' },
          },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  }
}

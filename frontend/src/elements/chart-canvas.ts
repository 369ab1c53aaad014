/** The drawing engine of gs-chart, loaded when the first chart comes into sight. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { ChartData, Drawn, Series } from './chart'
import { calmMotion, number, token } from './common'

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer])

export function draw(stage: HTMLElement, data: ChartData, kind: 'line' | 'bar'): Drawn {
  const chart = echarts.init(stage)
  const redraw = () => chart.setOption(option(data, kind), { notMerge: true })
  redraw()
  return { redraw, resize: () => chart.resize(), dispose: () => chart.dispose() }
}

function option(data: ChartData, kind: 'line' | 'bar'): echarts.EChartsCoreOption {
  const sub = token('--gs-sub'), line = token('--gs-line'), ink = token('--gs-ink')
  return {
    animation: !calmMotion(), animationDuration: 250,
    textStyle: { fontFamily: '"Be Vietnam Pro", sans-serif', fontSize: 12 },
    grid: { left: 4, right: kind === 'line' ? 104 : 10, top: 14, bottom: 4, containLabel: true },
    // Rich text is painted on the canvas: an HTML tooltip would need inline styles, which the policy forbids.
    tooltip: {
      trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: token('--gs-card'), borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? `${number(value, 1)} ${data.unit ?? ''}` : '–'),
    },
    xAxis: {
      type: 'category', data: data.x, boundaryGap: kind === 'bar', axisTick: { show: false },
      axisLine: { lineStyle: { color: line } }, axisLabel: { color: sub, hideOverlap: true, showMinLabel: true, showMaxLabel: true, margin: 12 },
    },
    yAxis: {
      type: 'value', splitNumber: 4, min: data.span?.[0], max: data.span?.[1], splitLine: { lineStyle: { color: line } },
      axisLabel: { color: sub, formatter: (value: number) => number(value, 1) },
    },
    series: [...band(data), ...data.series.map((series) => (kind === 'bar' ? bars(series) : curve(series, data)))],
  }
}

const TONES = { main: '--gs-accent', compare: '--gs-sub', target: '--gs-sub', forecast: '--gs-amber', peer: '--gs-seq3' }
const DASHES = { main: 'solid', compare: 'solid', target: 'dashed', forecast: 'dotted', peer: 'solid' } as const

function curve(series: Series, data: ChartData) {
  const kind = series.kind ?? 'main'
  const color = token(TONES[kind])
  return {
    name: series.name, type: 'line', data: series.values, connectNulls: false, symbol: 'circle',
    symbolSize: kind === 'main' ? 5 : 0, showSymbol: kind === 'main' && data.x.length <= 24,
    lineStyle: { color, type: DASHES[kind], width: kind === 'main' ? 2.4 : 1.4 }, itemStyle: { color }, z: kind === 'main' ? 5 : 3,
    endLabel: { show: true, color, formatter: series.name, fontWeight: kind === 'main' ? 600 : 400, width: 94, overflow: 'break', lineHeight: 15 },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

function bars(series: Series) {
  const color = token(series.kind === 'compare' ? '--gs-seq2' : '--gs-seq4')
  return { name: series.name, type: 'bar', data: series.values, itemStyle: { color, borderRadius: [3, 3, 0, 0] }, barMaxWidth: 26 }
}

/** Two stacked invisible lines with the ground between them painted. */
function band(data: ChartData) {
  if (!data.band) return []
  const { low, high, name } = data.band
  const bare = { type: 'line', stack: 'band', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 }
  const height = high.map((top, index) => (top === null || low[index] === null ? null : top - low[index]!))
  return [
    { ...bare, name: `${name} ↓`, data: low, endLabel: { show: false } },
    {
      ...bare, name, data: height, areaStyle: { color: token('--gs-band'), opacity: 1 },
      endLabel: { show: true, color: token('--gs-sub'), formatter: name, width: 94, overflow: 'break', lineHeight: 15, align: 'left' },
      labelLayout: { moveOverlap: 'shiftY' },
    },
  ]
}

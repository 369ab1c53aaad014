/**
 * One series and what to hold it against: a line with its band, bars, or a small trend line.
 * The trend line is drawn at once as SVG; the others bring their engine when first seen, wait for the font,
 * follow light and dark, and carry a table for those who cannot see them.
 *
 * Data: {"x": ["1", …], "series": [{"name", "values": [1, null, …], "kind": "main|compare|target|forecast|peer"}],
 *        "band": {"name", "low": […], "high": […]}, "unit": "tổ chức", "caption": "…", "mark": 8,
 *        "span": [60, 100]} — where the scale begins and ends, when not by the values alone
 *
 * @example
 * <gs-chart kind="line" height="220">
 *   <script type="application/json">
 *     {"x": ["Q1", "6M", "9M"], "series": [{"name": "2026", "values": [12, 40, 71], "kind": "main"}]}
 *   </script>
 * </gs-chart>
 * <gs-chart kind="spark" values="3,4,4,5,,9"></gs-chart>
 */
import { dataOf, define, make, number, onTheme, svg, word } from './common'

export type Series = { name: string; values: (number | null)[]; kind?: 'main' | 'compare' | 'target' | 'forecast' | 'peer' }
export type ChartData = {
  x: string[]; series: Series[]; unit?: string; caption?: string; mark?: number; span?: [number, number]
  band?: { name: string; low: (number | null)[]; high: (number | null)[] }
}
export type Drawn = { resize(): void; redraw(): void; dispose(): void }

class Chart extends HTMLElement {
  #drawn?: Drawn
  #stopTheme?: () => void
  #size?: ResizeObserver
  #seen?: IntersectionObserver

  connectedCallback() {
    if (this.getAttribute('kind') === 'spark') return this.#spark()
    const height = this.getAttribute('height')
    if (height) this.style.height = `${height}px`
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      this.#seen?.disconnect()
      void this.#draw()
    }, { rootMargin: '200px' })
    this.#seen.observe(this)
  }

  disconnectedCallback() {
    this.#seen?.disconnect()
    this.#size?.disconnect()
    this.#stopTheme?.()
    this.#drawn?.dispose()
    this.#drawn = undefined
  }

  async #draw() {
    const [data, engine] = await Promise.all([
      dataOf<ChartData>(this), import('./chart-canvas'), document.fonts.load('12px "Be Vietnam Pro"'),
    ])
    if (!data || !this.isConnected) return
    const stage = make('div', { class: 'gs-chart-stage', role: 'img', 'aria-label': data.caption ?? '' })
    this.querySelector('.gs-chart-stage')?.remove()
    this.append(stage)
    if (!this.querySelector('table')) this.append(equalTable(data))
    this.#drawn = engine.draw(stage, data, this.getAttribute('kind') === 'bar' ? 'bar' : 'line')
    this.#stopTheme = onTheme(() => this.#drawn?.redraw())
    this.#size = new ResizeObserver(() => this.#drawn?.resize())
    this.#size.observe(stage)
    this.dataset.ready = 'yes'
  }

  #spark() {
    const values = (this.getAttribute('values') ?? '').split(',').map((text) => (text.trim() ? Number(text) : null))
    const known = values.filter((value): value is number => value !== null && !Number.isNaN(value))
    this.setAttribute('aria-hidden', 'true')
    if (known.length < 3) return
    const [width, height] = [72, 24]
    const band = (this.getAttribute('band') ?? '').split(',').filter(Boolean).map(Number)
    const low = Math.min(...known, ...band), high = Math.max(...known, ...band)
    const x = (index: number) => 3 + (index * (width - 6)) / Math.max(1, values.length - 1)
    const y = (value: number) => height - 4 - ((value - low) / (high - low || 1)) * (height - 8)
    const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, class: 'gs-spark', preserveAspectRatio: 'none' })
    if (band.length === 2)
      picture.append(svg('rect', { class: 'band', x: 0, width, y: y(band[1]), height: Math.max(1, y(band[0]) - y(band[1])) }))
    for (const run of runs(values))
      picture.append(svg('polyline', { points: run.map(([index, value]) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ') }))
    const last = values.findLastIndex((value) => value !== null)
    picture.append(svg('circle', { cx: x(last), cy: y(values[last]!), r: 2.4, class: this.getAttribute('tone') ?? '' }))
    this.replaceChildren(picture)
  }
}

/** Unbroken stretches: a gap stays a gap. */
function runs(values: (number | null)[]): [number, number][][] {
  const found: [number, number][][] = [[]]
  values.forEach((value, index) => {
    if (value === null) found.push([])
    else found[found.length - 1].push([index, value])
  })
  return found.filter((run) => run.length)
}

/** The same figures as a table, for screen readers and for anyone who opens it. */
function equalTable(data: ChartData): HTMLElement {
  const head = make('tr', {}, make('th', {}, ''), ...data.series.map((series) => make('th', {}, series.name)))
  const rows = data.x.map((label, index) => make('tr', {}, make('th', {}, label), ...data.series.map((series) => {
    const value = series.values[index]
    return make('td', {}, value === null || value === undefined ? word('no_data', 'no data') : number(value, 2))
  })))
  const table = make('table', {}, make('caption', {}, data.caption ?? ''), make('thead', {}, head), make('tbody', {}, ...rows))
  return make('div', { class: 'visually-hidden' }, table) // a table itself is never narrower than its words
}

define('gs-chart', Chart)

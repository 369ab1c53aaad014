/**
 * Figures on the territory. Shapes: {"map": TopoJSON or GeoJSON with `code`, "named": archipelagos, "kind": "sơ đồ"};
 * figures: see `Figures` in ../map/model. Provinces first; a click opens a province's communes, Escape or "back" returns.
 * Every figure also stands in an equal table. Hatched is "no data", dotted is "withheld or suppressed".
 * The archipelagos are drawn and named at every level. What kind of map it is (schematic, official) is written on it.
 *
 * `shapes` and `values` are addresses with `{within}` standing for the province opened (empty: the country).
 * `engine="gl"` asks for MapLibre (free zoom) where the browser has WebGL; else the picture is SVG.
 * Buttons with `data-layer` inside change what `{layer}` stands for in `values`.
 *
 * @example
 * <gs-map shapes="/geometry/shapes.json?within={within}" layer="gs_org"
 *         values="/map/figures.json?period=2026-9M&layer={layer}&within={within}">
 *   <nav class="gs-seg"><button data-layer="gs_org">Supervision · organisations</button></nav>
 * </gs-map>
 */
import { DrawnMap, type Hands, type Picture } from '../map/drawn'
import { type Area, countryBounds, type Figures, fillOf, frame, type Territory, territoryOf, type View } from '../map/model'
import { define, fetchJson, make, number, phrase, word } from './common'

/** What a stream tells of a map: by layer the areas that changed and, when it did, the scale over all of them. */
type News = { within: string; layers: Record<string, Partial<Figures> & { areas: Record<string, Area> }> }
const SPREAD_MS = 1500

class TerritoryMap extends HTMLElement {
  #stage = make('div', { class: 'gs-map-stage' })
  #tip = make('div', { class: 'gs-map-tip', hidden: '' })
  #legend = make('div', { class: 'gs-map-legend' })
  #table = make('div', { class: 'gs-map-table', hidden: '' })
  #back = make('button', { type: 'button', class: 'gs-map-back', hidden: '' })
  #toggle = make('button', { type: 'button', class: 'gs-map-toggle', 'aria-pressed': 'false' })
  #picture?: Picture
  #country: Territory = { shapes: [], archipelagos: [] }
  #territories = new Map<string, Territory>()
  #within = ''
  #figures?: Figures
  #turn = 0
  #soon?: number

  async connectedCallback() {
    if (this.#picture) return
    this.#toggle.textContent = word('as_table', 'Table')
    this.append(make('div', { class: 'gs-map-bar' }, this.#back, this.#toggle), this.#stage, this.#legend, this.#table)
    this.#stage.append(this.#tip)
    this.#back.addEventListener('click', () => void this.open(''))
    this.#toggle.addEventListener('click', () => this.#swap())
    this.addEventListener('click', this.#layer)
    this.addEventListener('gs:areas', this.#pushed as EventListener)
    this.#markLayer()
    const hands = this.#hands()
    this.#picture = new DrawnMap(this.#stage, hands)
    await this.open(this.getAttribute('within') ?? '')
    if (this.getAttribute('engine') === 'gl') await this.#upgrade(hands)
  }

  disconnectedCallback() {
    clearTimeout(this.#soon)
    this.#picture?.destroy()
    this.#picture = undefined
    this.replaceChildren(...[...this.children].filter((child) => child.matches('nav, script, noscript')))
  }

  /** Show a province's communes, or the country when the code is empty. */
  async open(within: string) {
    const turn = ++this.#turn
    this.dataset.busy = 'yes'
    try {
      const [territory, figures] = await Promise.all([
        this.#territory(within), fetchJson<Figures>(this.#address('values', within)), this.#territory(''),
      ])
      if (turn !== this.#turn) return
      const moved = within !== this.#within || !this.#figures
      this.#within = within
      this.#figures = figures
      if (moved) this.#picture?.show(this.#view(within, territory), figures)
      else this.#picture?.paint(figures)
      this.#surround(figures)
      this.dataset.ready = 'yes'
    } catch (reason) {
      if (turn === this.#turn) this.#refuse(reason)
    } finally {
      if (turn === this.#turn) delete this.dataset.busy
    }
  }

  #hands(): Hands {
    return {
      hover: (code, x, y) => this.#hover(code, x, y),
      pick: (code) => this.#pick(code),
      leave: () => void (this.#within && this.open('')),
    }
  }

  /** The drawn map opens at once; where WebGL exists, free zoom takes its place when it has loaded. */
  async #upgrade(hands: Hands) {
    const gl = await import('../map/gl')
    if (!gl.hasWebGl() || !this.isConnected || !this.#figures) return
    const picture = new gl.GlMap(this.#stage, hands, await this.#present())
    picture.show(await this.#present(), this.#figures)
    await picture.opened
    this.#picture?.destroy()
    this.#picture = picture
    picture.show(await this.#present(), this.#figures)
    this.dataset.engine = 'gl'
  }

  #present = async () => this.#view(this.#within, await this.#territory(this.#within))

  #view(within: string, { shapes }: Territory): View {
    const whole = countryBounds(this.#country)
    const bounds = within ? frame(shapes, this.#country.archipelagos) : whole
    return { within, shapes, bounds, country: this.#country, countryBounds: whole }
  }

  #address(attribute: string, within: string) {
    return this.getAttribute(attribute)!
      .replace('{within}', encodeURIComponent(within))
      .replace('{layer}', encodeURIComponent(this.getAttribute('layer') ?? ''))
  }

  async #territory(within: string): Promise<Territory> {
    let territory = this.#territories.get(within)
    if (!territory) {
      territory = territoryOf(await fetchJson(this.#address('shapes', within)))
      this.#territories.set(within, territory)
      if (!within) this.#country = territory
    }
    return territory
  }

  #layer = (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-layer]')
    if (!button || button === (this as HTMLElement)) return
    this.setAttribute('layer', button.dataset.layer!)
    this.#markLayer()
    void this.open(this.#within)
  }

  #markLayer() {
    for (const button of this.querySelectorAll<HTMLElement>('button[data-layer]'))
      button.setAttribute('aria-pressed', String(button.dataset.layer === this.getAttribute('layer')))
  }

  /** News of the map shown is painted; of a province opened from the country's map it is asked for, each a little later. */
  #pushed = (event: CustomEvent<News>) => {
    const { within, layers } = event.detail
    const news = layers[this.getAttribute('layer') ?? '']
    if (!this.#figures || !news) return
    if (within !== this.#within) {
      if (!this.#within || news.areas[this.#within]) this.#askSoon()
      return
    }
    const { areas, ...whole } = news
    Object.assign(this.#figures, whole)
    Object.assign(this.#figures.areas, areas)
    this.#picture?.paint(this.#figures)
    if (Object.keys(whole).length) this.#surround(this.#figures)
    else if (!this.#table.hidden) this.#fillTable(this.#figures)
  }

  #askSoon() {
    clearTimeout(this.#soon)
    this.#soon = window.setTimeout(() => void this.open(this.#within), Math.random() * SPREAD_MS)
  }

  #pick(code: string) {
    const area = this.#figures?.areas[code]
    if (!area) return
    if (!this.#within && area.drill) void this.open(code)
    else if (area.href) location.assign(area.href)
  }

  #hover(code: string | null, x: number, y: number) {
    const area = code ? this.#figures?.areas[code] : undefined
    this.#tip.hidden = !area
    if (!area) return
    this.#tip.replaceChildren(make('b', {}, area.name), make('span', { class: 'figure' }, area.text), make('span', {}, area.note ?? ''))
    const right = x > this.#stage.clientWidth / 2
    this.#tip.style.left = right ? '' : `${x + 14}px`
    this.#tip.style.right = right ? `${this.#stage.clientWidth - x + 14}px` : ''
    this.#tip.style.top = `${Math.max(4, Math.min(y - 10, this.#stage.clientHeight - 84))}px`
  }

  #surround(figures: Figures) {
    this.#back.hidden = !this.#within
    this.dataset.place = this.#within || 'country'
    this.#back.textContent = `‹ ${word('country', 'Whole country')}`
    for (const place of this.closest('section')?.querySelectorAll('[data-map-measure]') ?? []) place.textContent = figures.title
    this.#stage.setAttribute('aria-label', figures.title)
    this.#legend.replaceChildren(
      make('p', {}, figures.measure ?? ''), scaleOf(figures), ...marksOf(figures),
      make('p', { class: 'gs-map-kind' }, this.#country.kind ?? ''), ...offMap(figures))
    if (!this.#table.hidden) this.#fillTable(figures)
  }

  #swap() {
    this.#table.hidden = !this.#table.hidden
    this.#stage.hidden = this.#legend.hidden = !this.#table.hidden
    this.#toggle.setAttribute('aria-pressed', String(!this.#table.hidden))
    this.#toggle.textContent = this.#table.hidden ? word('as_table', 'Table') : word('as_map', 'Map')
    if (this.#figures && !this.#table.hidden) this.#fillTable(this.#figures)
  }

  #fillTable(figures: Figures) {
    const row = (area: Pick<Area, 'name' | 'text' | 'href' | 'note'>, code = '') => {
      const name = area.href ? make('a', { href: area.href }, area.name) : area.name
      const cells = [make('th', { scope: 'row' }, name), make('td', { class: 'num' }, area.text), make('td', {}, area.note ?? '')]
      if (code && figures.areas[code]?.drill) {
        const open = make('button', { type: 'button', class: 'btn btn-sm' }, word('open', 'Open'))
        open.addEventListener('click', () => void this.open(code))
        cells.push(make('td', {}, open))
      } else cells.push(make('td', {}))
      return make('tr', {}, ...cells)
    }
    const order = new Intl.Collator(document.documentElement.lang)
    const areas = Object.entries(figures.areas).sort(([, one], [, other]) => order.compare(one.name, other.name))
    const head = make('tr', {}, make('th', {}, word('unit', 'Unit')), make('th', { class: 'num' }, figures.measure ?? ''), make('th', {}, ''), make('th', {}, ''))
    this.#table.replaceChildren(make('table', { class: 'table table-sm' }, make('caption', { class: 'visually-hidden' }, figures.title),
      make('thead', {}, head), make('tbody', {}, ...areas.map(([code, area]) => row(area, code)), ...(figures.off_map ?? []).map((unit) => row(unit)))))
  }

  #refuse(reason: unknown) {
    console.warn(reason)
    const again = make('button', { type: 'button', class: 'btn btn-sm' }, word('try_again', 'Try again'))
    again.addEventListener('click', () => void this.open(this.#within))
    this.#legend.replaceChildren(make('p', {}, word('map_failed', 'The map could not be loaded.')), again)
  }
}

function scaleOf({ scale, areas }: Figures): HTMLElement {
  const used = new Set(Object.values(areas).map((area) => fillOf(area, scale)))
  const bar = make('div', { class: 'gs-scale' })
  if (![...used].some((fill) => fill.startsWith('q'))) return bar
  const largest = Math.max(...scale.breaks)
  const decimals = largest < 1 ? 2 : largest < 10 ? 1 : 0
  scale.breaks.forEach((from, step) => {
    bar.append(make('span', {}, make('i', { 'data-fill': `q${step}` }), number(from, decimals)))
  })
  return bar
}

function marksOf({ areas, scale }: Figures): HTMLElement[] {
  const used = new Set(Object.values(areas).map((area) => fillOf(area, scale)))
  const names: [string, string][] = [
    ['none', word('no_data', 'no data')], ['withheld', word('withheld', 'withheld')], ['hidden', word('suppressed', 'suppressed (1–4)')],
  ]
  return names.filter(([mark]) => used.has(mark)).map(([mark, name]) => make('p', { class: 'gs-map-mark' }, make('i', { 'data-fill': mark }), name))
}

/** What has no place on a map is counted and can be opened by name. */
function offMap({ off_map: units = [] }: Figures): HTMLElement[] {
  if (!units.length) return []
  const list = make('ul', {}, ...units.map((unit) =>
    make('li', {}, unit.href ? make('a', { href: unit.href }, unit.name) : unit.name, ' ', make('b', {}, unit.text))))
  return [make('details', {}, make('summary', {}, phrase('off_map', '{n} units not on the map', { n: units.length })), list)]
}

define('gs-map', TerritoryMap)

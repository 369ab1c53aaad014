/** The map drawn by MapLibre: free zoom and pan for the map page, where the browser has WebGL. */
import type { FeatureCollection, Position } from 'geojson'
import { type ExpressionSpecification, type GeoJSONSource, Map, type MapMouseEvent, Marker, NavigationControl, type PaddingOptions, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { calmMotion, make, onTheme, token } from '../elements/common'
import type { Hands, Picture } from './drawn'
import { locatorPicture } from './locator'
import { type Archipelago, type Bounds, type Figures, fillOf, labelPoint, type Shape, type View } from './model'

setWorkerUrl(workerUrl)
const FILLS = ['q0', 'q1', 'q2', 'q3', 'q4', 'q5', 'd0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6']
const ABOVE = { left: 16, right: 16, top: 16, bottom: 176 }
const BETWEEN = { left: 210, right: 190, top: 24, bottom: 24 }
const tokenOf = (fill: string) => token(`--gs-${fill.startsWith('q') ? 'seq' : 'div'}${fill.slice(1)}`)

export class GlMap implements Picture {
  #map: Map
  #ready: Promise<void>
  #view?: View
  #figures?: Figures
  #stopTheme: () => void
  #box = make('div', { class: 'gs-map-gl' })
  #locator?: SVGElement
  /** Kept when the first picture stands. */
  readonly opened: Promise<void>

  constructor(stage: HTMLElement, private hands: Hands, view: View) {
    stage.prepend(this.#box)
    this.#map = new Map({
      container: this.#box, attributionControl: false, fadeDuration: 0, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, bounds: view.countryBounds, fitBoundsOptions: { padding: 12 },
      style: { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': token('--gs-sea') } }] },
    })
    this.#map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    this.#map.touchZoomRotate.disableRotation()
    this.#ready = new Promise((resolve) => this.#map.once('load', () => {
      this.#lay()
      resolve()
    }))
    this.#stopTheme = onTheme(() => this.#colour())
    this.opened = new Promise((resolve) => this.#map.once('idle', () => resolve()))
    for (const archipelago of view.country.archipelagos) this.#name(archipelago)
  }

  show(view: View, figures: Figures) {
    this.#view = view
    this.#locator?.remove()
    if (view.within) this.#box.after((this.#locator = locatorPicture(view)))
    void this.#ready.then(() => {
      this.#source('country').setData(collection(view.country.shapes))
      this.#source('islands').setData(islands(view.country.archipelagos))
      this.#source('communes').setData(collection(view.within ? view.shapes : []))
      this.paint(figures)
      const bounds = view.within ? view.bounds : view.countryBounds
      const padding = view.within ? this.#clear(bounds) : 24
      this.#map.fitBounds(bounds, { padding, duration: calmMotion() ? 0 : 500 })
    })
  }

  /** A province stands above its key and its locator or between them, whichever shows it larger. */
  #clear(bounds: Bounds) {
    const zoom = (padding: PaddingOptions) => this.#map.cameraForBounds(bounds, { padding })?.zoom ?? 0
    if (this.#box.clientWidth < 600) return ABOVE
    return zoom(ABOVE) >= zoom(BETWEEN) ? ABOVE : BETWEEN
  }

  paint(figures: Figures) {
    this.#figures = figures
    void this.#ready.then(() => this.#colour())
  }

  destroy() {
    this.#stopTheme()
    this.#map.remove()
    this.#locator?.remove()
    this.#box.remove()
  }

  #source = (id: string) => this.#map.getSource(id) as GeoJSONSource

  #lay() {
    for (const id of ['country', 'communes']) {
      this.#map.addSource(id, { type: 'geojson', data: collection([]), promoteId: 'code' })
      this.#map.addLayer({ id, type: 'fill', source: id, paint: { 'fill-color': 'transparent' } })
      this.#map.addLayer({ id: `${id}-pattern`, type: 'fill', source: id, paint: { 'fill-pattern': 'gs-none' } })
      this.#map.addLayer({ id: `${id}-line`, type: 'line', source: id, paint: { 'line-width': 0.8 } })
    }
    this.#map.addSource('islands', { type: 'geojson', data: collection([]) })
    this.#map.addLayer({ id: 'islands', type: 'circle', source: 'islands', paint: { 'circle-radius': 3.4, 'circle-stroke-width': 1 } })
    for (const layer of ['country', 'communes', 'islands']) {
      this.#map.on('mousemove', layer, (event) => this.hands.hover(this.#code(event), event.point.x, event.point.y))
      this.#map.on('mouseleave', layer, () => this.hands.hover(null, 0, 0))
    }
    this.#map.on('click', (event) => {
      const [top] = this.#map.queryRenderedFeatures(event.point, { layers: ['islands', 'communes', 'country'] })
      if (top) this.hands.pick(this.#owner(top.properties))
    })
  }

  #code(event: MapMouseEvent & { features?: { properties: Record<string, string> }[] }) {
    this.#map.getCanvas().style.cursor = 'pointer'
    return event.features?.length ? this.#owner(event.features[0].properties) : null
  }

  #owner(properties: Record<string, string>) {
    return this.#view?.within === properties.province && properties.unit ? properties.unit : properties.code
  }

  /** Colours and patterns are read from the page's tokens, so the map follows light and dark. */
  #colour() {
    if (!this.#figures) return
    const { areas, scale } = this.#figures
    for (const name of ['none', 'withheld'] as const) this.#pattern(name)
    this.#map.setPaintProperty('ground', 'background-color', token('--gs-sea'))
    for (const id of ['country', 'communes']) {
      const codes = groups(this.#drawn(id), (code) => fillOf(areas[code], scale))
      const idle = id === 'country' && !!this.#view?.within
      this.#map.setPaintProperty(id, 'fill-color', idle ? token('--gs-land') : byCode(codes))
      this.#map.setLayoutProperty(`${id}-pattern`, 'visibility', idle ? 'none' : 'visible')
      const bare = [...(codes.none ?? []), ...(codes.withheld ?? []), ...(codes.hidden ?? [])]
      this.#map.setFilter(`${id}-pattern`, ['in', ['get', 'code'], ['literal', bare]])
      this.#map.setPaintProperty(`${id}-pattern`, 'fill-pattern',
        ['case', ['in', ['get', 'code'], ['literal', codes.none ?? []]], 'gs-none', 'gs-withheld'] as ExpressionSpecification)
      this.#map.setPaintProperty(`${id}-line`, 'line-color', token('--gs-hatch'))
    }
    const archipelagos = this.#view?.country.archipelagos ?? []
    const owners = archipelagos.map((each) => (this.#view?.within === each.province ? each.unit : each.province))
    const painted = archipelagos.map((each, index) => [each.province, solid(fillOf(areas[owners[index]], scale))])
    this.#map.setPaintProperty('islands', 'circle-color', match(painted, token('--gs-sub')))
    this.#map.setPaintProperty('islands', 'circle-stroke-color', token('--gs-sub'))
  }

  #drawn = (id: string) => (id === 'country' ? (this.#view?.country.shapes ?? []) : this.#view?.within ? this.#view.shapes : []).map((shape) => shape.properties.code)

  #pattern(name: 'none' | 'withheld') {
    const size = 12, canvas = make('canvas', { width: String(size), height: String(size) })
    const pen = canvas.getContext('2d')!
    pen.fillStyle = token('--gs-card')
    pen.fillRect(0, 0, size, size)
    pen.fillStyle = pen.strokeStyle = token('--gs-hatch')
    if (name === 'none') {
      pen.lineWidth = 2
      for (const start of [-size, 0, size]) {
        pen.beginPath()
        pen.moveTo(start, size)
        pen.lineTo(start + size, 0)
        pen.stroke()
      }
    } else for (const [x, y] of [[3, 3], [9, 9]]) pen.fillRect(x - 1, y - 1, 3, 3)
    const picture = pen.getImageData(0, 0, size, size)
    if (this.#map.hasImage(`gs-${name}`)) this.#map.updateImage(`gs-${name}`, picture)
    else this.#map.addImage(`gs-${name}`, picture, { pixelRatio: 2 })
  }

  /** Names are elements of the page: the map engine would need a font server to write them. */
  #name(archipelago: Archipelago) {
    const label = make('div', { class: 'gs-map-name' }, archipelago.name, make('small', {}, `(${archipelago.parent})`))
    new Marker({ element: label, anchor: 'bottom' }).setLngLat(labelPoint(archipelago) as [number, number]).addTo(this.#map)
  }
}

const collection = (shapes: Shape[]): FeatureCollection => ({ type: 'FeatureCollection', features: shapes })
const solid = (fill: string) => (FILLS.includes(fill) ? tokenOf(fill) : token('--gs-hatch'))

function islands(archipelagos: Archipelago[]): FeatureCollection {
  const point = (coordinates: Position, code: string, unit: string) =>
    ({ type: 'Feature' as const, properties: { code, province: code, unit }, geometry: { type: 'Point' as const, coordinates } })
  return { type: 'FeatureCollection', features: archipelagos.flatMap((each) => each.points.map((at) => point(at, each.province, each.unit))) }
}

function groups(codes: string[], fill: (code: string) => string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const code of new Set(codes)) (found[fill(code)] ??= []).push(code)
  return found
}

function byCode(codes: Record<string, string[]>): ExpressionSpecification | string {
  const painted = Object.entries(codes).filter(([fill]) => FILLS.includes(fill))
  return match(painted.map(([fill, list]) => [list, tokenOf(fill)]), token('--gs-card'))
}

/** By code, else the colour given; the style's type cannot say "any number of pairs". */
function match(pairs: (string | string[])[][], other: string): ExpressionSpecification | string {
  return pairs.length ? (['match', ['get', 'code'], ...pairs.flat(1), other] as unknown as ExpressionSpecification) : other
}

export function hasWebGl(): boolean {
  const canvas = document.createElement('canvas')
  return !!(canvas.getContext('webgl2') ?? canvas.getContext('webgl'))
}

/** The map drawn as SVG: no graphics card needed, colours follow the theme by CSS, every area has the keyboard. */
import { svg, word } from '../elements/common'
import { LOCATOR, locator } from './locator'
import { type Archipelago, type Bounds, centreOf, type Figures, fillOf, labelPoint, rings, type Shape, type View } from './model'
import { COUNTRY_PAD, outline, type Pad, type Project, projection } from './projection'

export type Hands = { hover(code: string | null, x: number, y: number): void; pick(code: string): void; leave(): void }
export interface Picture { show(view: View, figures: Figures): void; paint(figures: Figures): void; destroy(): void }

const SMALL_PX = 7
const MINIMUM_RADIUS = 3.6
const ISLAND_RADIUS = 1.9

/** A province stands above legend and locator, or between them, wherever it comes out larger. */
const PROVINCE_PADS: Pad[] = [
  { left: 14, right: 14, top: 10, bottom: 136 },
  { left: 172, right: 144, top: 10, bottom: 10 },
]

function fitted(bounds: Bounds, width: number, height: number): Project {
  const span = ([west, , east]: Bounds, project: Project) => project([east, 0])[0] - project([west, 0])[0]
  const [above, between] = PROVINCE_PADS.map((pad) => projection(bounds, width, height, pad))
  return span(bounds, above) >= span(bounds, between) ? above : between
}

/** In the lower right corner. */
function placed(group: SVGElement, width: number, height: number): SVGElement {
  group.setAttribute('transform', `translate(${width - LOCATOR.width - 8} ${height - LOCATOR.height - 8})`)
  return group
}

export class DrawnMap implements Picture {
  #root = svg('svg', { class: 'gs-map-svg', role: 'group' }) as SVGSVGElement
  #places = new Map<string, SVGGElement>()
  #centres = new Map<string, [number, number]>()
  #view?: View
  #figures?: Figures
  #size: ResizeObserver

  constructor(private stage: HTMLElement, private hands: Hands) {
    stage.prepend(this.#root)
    this.#root.addEventListener('pointermove', (event) => this.#point(event))
    this.#root.addEventListener('pointerleave', () => hands.hover(null, 0, 0))
    this.#root.addEventListener('click', (event) => this.#click(event))
    this.#root.addEventListener('keydown', (event) => this.#key(event))
    this.#root.addEventListener('focusin', (event) => this.#focused(event))
    this.#root.addEventListener('focusout', () => hands.hover(null, 0, 0))
    this.#size = new ResizeObserver(() => this.#layout())
    this.#size.observe(stage)
  }

  show(view: View, figures: Figures) {
    this.#view = view
    this.#figures = figures
    this.#layout()
  }

  paint(figures: Figures) {
    this.#figures = figures
    for (const [code, place] of this.#places) {
      const area = figures.areas[code]
      place.setAttribute('data-fill', fillOf(area, figures.scale))
      place.setAttribute('aria-label', area ? `${area.name}: ${area.text}` : code)
    }
  }

  destroy() {
    this.#size.disconnect()
    this.#root.remove()
  }

  #layout() {
    const { clientWidth: width, clientHeight: height } = this.stage
    if (!this.#view || !width || !height) return
    const focused = document.activeElement?.getAttribute('data-code')
    const whole = !this.#view.within
    const project = whole ? projection(this.#view.countryBounds, width, height, COUNTRY_PAD) : fitted(this.#view.bounds, width, height)
    this.#root.setAttribute('viewBox', `0 0 ${width} ${height}`)
    this.#root.replaceChildren(patterns())
    this.#places.clear()
    this.#centres.clear()
    for (const shape of this.#view.shapes) this.#add(shape, project)
    if (whole) this.#root.append(...this.#view.country.archipelagos.map((each) => this.#archipelago(each, project)))
    else this.#root.append(placed(locator(this.#view), width, height))
    this.paint(this.#figures!)
    this.#rove(focused ?? undefined)
  }

  #add(shape: Shape, project: Project) {
    const { code } = shape.properties
    let place = this.#places.get(code)
    if (!place) {
      place = svg('g', { class: 'gs-area', 'data-code': code, role: 'link', tabindex: -1 }) as SVGGElement
      this.#places.set(code, place)
      this.#centres.set(code, project(centreOf(shape)))
      this.#root.append(place)
    }
    place.append(svg('path', { d: outline(shape, project) }))
    const dots = rings(shape.geometry).map((ring) => ring.map(project))
    const across = Math.max(...dots.flat().map(([x]) => x)) - Math.min(...dots.flat().map(([x]) => x))
    const down = Math.max(...dots.flat().map(([, y]) => y)) - Math.min(...dots.flat().map(([, y]) => y))
    if (across < SMALL_PX && down < SMALL_PX) {
      const [cx, cy] = this.#centres.get(code)!
      place.append(svg('circle', { cx, cy, r: MINIMUM_RADIUS }))
    }
  }

  /** Its islands at a size that can be seen, painted as the province they belong to, and its name. */
  #archipelago(archipelago: Archipelago, project: Project): SVGElement {
    const group = svg('g', { class: 'gs-archipelago' })
    const owner = this.#places.get(archipelago.province) ?? this.#places.get(archipelago.unit)
    for (const point of archipelago.points) {
      const [cx, cy] = project(point)
      const dot = svg('circle', { cx, cy, r: ISLAND_RADIUS })
      if (owner) owner.append(dot)
      else group.append(dot)
    }
    const [x, y] = project(labelPoint(archipelago))
    const name = svg('text', { x, y: y - 19, 'text-anchor': 'middle' })
    name.textContent = archipelago.name
    const parent = svg('text', { x, y: y - 6, 'text-anchor': 'middle', class: 'parent' })
    parent.textContent = `(${archipelago.parent})`
    group.append(name, parent)
    return group
  }

  #codeAt(target: EventTarget | null) {
    return (target as Element | null)?.closest?.('.gs-area')?.getAttribute('data-code') ?? null
  }

  #point(event: PointerEvent) {
    const box = this.stage.getBoundingClientRect()
    this.hands.hover(this.#codeAt(event.target), event.clientX - box.left, event.clientY - box.top)
  }

  #click(event: MouseEvent) {
    const code = this.#codeAt(event.target)
    if (code) this.hands.pick(code)
  }

  #focused(event: FocusEvent) {
    const code = this.#codeAt(event.target)
    if (code) this.hands.hover(code, ...this.#centres.get(code)!)
  }

  #key(event: KeyboardEvent) {
    const code = this.#codeAt(event.target)
    if (event.key === 'Escape') return this.hands.leave()
    if (!code) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return this.hands.pick(code)
    }
    const toward = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (!toward) return
    event.preventDefault()
    const next = this.#neighbour(code, toward as [number, number])
    if (next) this.#rove(next)
  }

  /** The nearest area in that direction, sideways distance counting double. */
  #neighbour(code: string, [dx, dy]: [number, number]): string | null {
    const [x, y] = this.#centres.get(code)!
    let best: string | null = null, least = Infinity
    for (const [other, [ox, oy]] of this.#centres) {
      const along = (ox - x) * dx + (oy - y) * dy, aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx)
      const cost = along + aside * 2
      if (other !== code && along > 1 && cost < least) [best, least] = [other, cost]
    }
    return best
  }

  /** One area is in the tab order; arrows move it. */
  #rove(focus?: string) {
    const target = this.#places.get(focus ?? '') ?? this.#places.values().next().value
    for (const place of this.#places.values()) place.setAttribute('tabindex', place === target ? '0' : '-1')
    if (focus && target) target.focus({ preventScroll: true })
  }
}

/** Hatched: no data. Dotted: withheld or suppressed. Defined once in each picture. */
function patterns(): SVGElement {
  const defs = svg('defs')
  const hatch = svg('pattern', { id: 'gs-hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' })
  hatch.append(svg('rect', { width: 6, height: 6, class: 'ground' }), svg('line', { x1: 0, y1: 0, x2: 0, y2: 6, class: 'stroke' }))
  const dots = svg('pattern', { id: 'gs-dots', width: 6, height: 6, patternUnits: 'userSpaceOnUse' })
  dots.append(svg('rect', { width: 6, height: 6, class: 'ground' }), svg('circle', { cx: 2, cy: 2, r: 1.2, class: 'dot' }))
  defs.append(hatch, dots)
  const title = svg('title')
  title.textContent = word('map', 'Map')
  defs.append(title)
  return defs
}

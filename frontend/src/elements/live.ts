/**
 * Keeps a page current. A pushed part takes the place of the element with that `data-part`, a pushed figure that of
 * the text of every `data-live="key"`; only what differs is touched, and marked for a second. When the line is lost,
 * the element says since when the page may be old.
 *
 * Events it hears (all JSON): `figures` {figures: {key: text | {text, state}}, parts: {name: html}, as_of},
 * `map` {within, layers} handed to every gs-map, `beat` {as_of} (nothing has changed since), `bye` (rights
 * withdrawn: the page reloads).
 *
 * @example
 * <gs-live src="/live/overview/?period=2026-9M" data-as-of="14:32:08"></gs-live>
 * <span data-live="B02">9.846</span>
 */
import { morph } from '../live/morph'
import { calmMotion, define, word } from './common'

type Figure = string | { text?: string; state?: string }
type Pushed = { figures?: Record<string, Figure>; parts?: Record<string, string>; as_of?: string }
const MARKED_MS = 1000
const QUIET_LIMIT_MS = 45_000
const RETRY_MS = 5_000

class Live extends HTMLElement {
  #source?: EventSource
  #lastId = ''
  #retry?: number
  #watch?: number
  #heardAt = 0

  connectedCallback() {
    this.setAttribute('role', 'status')
    this.#say('live', this.dataset.asOf ?? '')
    this.#open()
    this.#watch = window.setInterval(() => this.#checkPulse(), 5000)
    document.addEventListener('visibilitychange', this.#wake)
  }

  disconnectedCallback() {
    this.#source?.close()
    clearTimeout(this.#retry)
    clearInterval(this.#watch)
    document.removeEventListener('visibilitychange', this.#wake)
  }

  #wake = () => {
    if (!document.hidden && this.#source?.readyState === EventSource.CLOSED) this.#open()
  }

  #open() {
    this.#source?.close()
    clearTimeout(this.#retry)
    const address = new URL(this.getAttribute('src')!, location.href)
    if (this.#lastId) address.searchParams.set('last', this.#lastId)
    this.#source = new EventSource(address)
    this.#heardAt = Date.now()
    this.#source.onopen = () => this.#heard()
    this.#source.addEventListener('beat', (event) => this.#beat(event as MessageEvent))
    this.#source.addEventListener('figures', (event) => this.#receive(event as MessageEvent))
    this.#source.addEventListener('map', (event) => this.#hand(event as MessageEvent))
    this.#source.addEventListener('bye', () => location.reload())
    this.#source.onerror = () => this.#lost()
  }

  #heard() {
    this.#heardAt = Date.now()
    if (this.dataset.line !== 'live') this.#say('live', this.dataset.asOf ?? '')
  }

  #beat(event: MessageEvent) {
    const { as_of } = JSON.parse(event.data) as Pushed
    this.#heard()
    if (as_of) this.#say('live', (this.dataset.asOf = as_of))
  }

  #lost() {
    this.#say('stale', this.dataset.asOf ?? '')
    // The browser retries a dropped line by itself; a refused one it gives up, so we ask again, calmly.
    if (this.#source?.readyState === EventSource.CLOSED)
      this.#retry = window.setTimeout(() => this.#open(), RETRY_MS + Math.random() * RETRY_MS)
  }

  #checkPulse() {
    if (Date.now() - this.#heardAt > QUIET_LIMIT_MS && this.dataset.line === 'live') {
      this.#say('stale', this.dataset.asOf ?? '')
      this.#open()
    }
  }

  #hand(event: MessageEvent) {
    if (event.lastEventId) this.#lastId = event.lastEventId
    this.#heard()
    document.querySelectorAll('gs-map').forEach((map) =>
      map.dispatchEvent(new CustomEvent('gs:areas', { detail: JSON.parse(event.data) })))
  }

  #receive(event: MessageEvent) {
    if (event.lastEventId) this.#lastId = event.lastEventId
    const pushed: Pushed = JSON.parse(event.data)
    for (const [key, figure] of Object.entries(pushed.figures ?? {}))
      document.querySelectorAll<HTMLElement>(`[data-live="${CSS.escape(key)}"]`).forEach((place) => put(place, figure))
    for (const [name, html] of Object.entries(pushed.parts ?? {}))
      document.querySelectorAll(`[data-part="${CSS.escape(name)}"]`).forEach((place) => morph(place, html).forEach(mark))
    if (pushed.as_of) this.dataset.asOf = pushed.as_of
    this.#heard()
    this.#say('live', this.dataset.asOf ?? '')
  }

  #say(line: 'live' | 'stale', asOf: string) {
    this.dataset.line = line
    const text = line === 'live' ? word('live', 'Updated') : word('stale', 'Connection lost; figures as of')
    this.textContent = `${text} ${asOf}`.trim()
  }
}

function put(place: HTMLElement, figure: Figure): void {
  const { text, state } = typeof figure === 'string' ? { text: figure, state: undefined } : figure
  const changed = (text !== undefined && place.textContent !== text) || (state !== undefined && place.dataset.state !== state)
  if (!changed) return
  if (text !== undefined) place.textContent = text
  if (state !== undefined) place.dataset.state = state
  mark(place)
}

/** For a second, quietly. */
function mark(place: Element): void {
  place.classList.add('gs-changed')
  if (calmMotion()) place.classList.add('gs-still')
  window.setTimeout(() => place.classList.remove('gs-changed', 'gs-still'), MARKED_MS)
}

define('gs-live', Live)

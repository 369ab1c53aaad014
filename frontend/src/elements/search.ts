/**
 * Jumps to a unit: suggestions come from the server as links, accents do not matter, Ctrl K comes here.
 *
 * @example
 * <gs-search src="/units/suggest/">
 *   <input type="search" name="q" placeholder="Find a unit…" autocomplete="off">
 * </gs-search>
 */
import { define, fetchJson, make, word } from './common'

type Suggestion = { name: string; place: string; href: string }
const PAUSE_MS = 180

class Search extends HTMLElement {
  #list = make('div', { class: 'gs-suggestions', role: 'listbox', hidden: '' })
  #pause?: number
  #asked = 0

  connectedCallback() {
    this.append(this.#list)
    this.#input.addEventListener('input', this.#type)
    this.addEventListener('keydown', this.#key)
    this.addEventListener('focusout', this.#leave)
    document.addEventListener('keydown', this.#shortcut)
  }

  disconnectedCallback() {
    document.removeEventListener('keydown', this.#shortcut)
  }

  get #input() {
    return this.querySelector<HTMLInputElement>('input')!
  }

  #shortcut = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    this.#input.focus()
    this.#input.select()
  }

  #leave = (event: FocusEvent) => {
    if (!this.contains(event.relatedTarget as Node)) this.#list.hidden = true
  }

  #type = () => {
    clearTimeout(this.#pause)
    const text = this.#input.value.trim()
    if (text.length < 2) return void (this.#list.hidden = true)
    this.#pause = window.setTimeout(() => this.#ask(text), PAUSE_MS)
  }

  async #ask(text: string) {
    const turn = ++this.#asked
    const found = await fetchJson<{ units: Suggestion[] }>(`${this.getAttribute('src')}?q=${encodeURIComponent(text)}`)
    if (turn !== this.#asked) return
    const links = found.units.map((unit) =>
      make('a', { href: unit.href, role: 'option' }, unit.name, make('small', {}, unit.place)))
    this.#list.replaceChildren(...(links.length ? links : [make('p', {}, word('nothing_found', 'No unit of that name'))]))
    this.#list.hidden = false
  }

  #key = (event: KeyboardEvent) => {
    const links = [...this.#list.querySelectorAll('a')]
    const here = links.indexOf(document.activeElement as HTMLAnchorElement)
    if (event.key === 'Escape') return void (this.#list.hidden = true)
    if (event.key === 'Enter' && here < 0 && links.length && !this.#list.hidden) {
      event.preventDefault()
      links[0].click()
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || !links.length) return
    event.preventDefault()
    ;(links[here + step] ?? (step < 0 ? this.#input : links[0])).focus()
  }
}

define('gs-search', Search)

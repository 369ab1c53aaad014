/** Small things every element needs: words in the reader's language, data blocks, tokens, numbers. */

export const language = () => document.documentElement.lang || 'vi'

let dictionary: Record<string, string> | undefined

/** A word of the page's language, from `<script type="application/json" id="gs-words">` in the base template. */
export function word(key: string, fallback: string): string {
  dictionary ??= JSON.parse(document.getElementById('gs-words')?.textContent || '{}')
  return dictionary?.[key] ?? fallback
}

/** A word with its figures put in: `phrase('off_map', '{n} units …', { n: 6 })`. */
export function phrase(key: string, fallback: string, facts: Record<string, string | number>): string {
  return word(key, fallback).replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ''))
}

/** What an element draws: the JSON block inside it, else what its address answers. */
export async function dataOf<T>(element: HTMLElement, attribute = 'src'): Promise<T | null> {
  const inside = element.querySelector(':scope > script[type="application/json"]')
  if (inside) return JSON.parse(inside.textContent || 'null')
  const address = element.getAttribute(attribute)
  return address ? fetchJson<T>(address) : null
}

export async function fetchJson<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  return answer.json()
}

export const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export const calmMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

export function number(value: number, decimals = 0): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: decimals }).format(value)
}

/** Call back whenever light and dark change places; answers with the way to stop. */
export function onTheme(changed: () => void): () => void {
  const watcher = new MutationObserver(changed)
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] })
  return () => watcher.disconnect()
}

/** `make('button', { class: 'x', type: 'button' }, 'text', child)` */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export function svg(tag: string, attributes: Record<string, string | number> = {}): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  return element
}

export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element)
}

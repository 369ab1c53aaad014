/**
 * Light, dark, or as the machine says. The choice is kept in a cookie that the server reads, so the next page
 * arrives in the right colours and nothing flashes.
 *
 * @example
 * <gs-theme>
 *   <button type="button" data-theme="light">Light</button>
 *   <button type="button" data-theme="dark">Dark</button>
 *   <button type="button" data-theme="auto">As the machine</button>
 * </gs-theme>
 */
import { define } from './common'

const COOKIE = 'gs_theme'
const machine = matchMedia('(prefers-color-scheme: dark)')

/** "light", "dark", or "auto:light" and "auto:dark": an automatic choice remembers what it last came to. */
const kept = () => document.cookie.match(/(?:^|; )gs_theme=([^;]*)/)?.[1] ?? 'auto'
const choice = () => kept().split(':')[0]

function applyTheme(chosen: string): void {
  const shown = chosen === 'auto' ? (machine.matches ? 'dark' : 'light') : chosen
  const value = chosen === 'auto' ? `auto:${shown}` : shown
  document.cookie = `${COOKIE}=${value}; path=/; max-age=31536000; samesite=lax`
  if (document.documentElement.dataset.bsTheme !== shown) document.documentElement.dataset.bsTheme = shown
}

class Theme extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', this.#pick)
    this.#mark()
  }

  disconnectedCallback() {
    this.removeEventListener('click', this.#pick)
  }

  #pick = (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-theme]')
    if (!button) return
    applyTheme(button.dataset.theme!)
    this.#mark()
  }

  #mark() {
    for (const button of this.querySelectorAll<HTMLElement>('[data-theme]'))
      button.setAttribute('aria-pressed', String(button.dataset.theme === choice()))
  }
}

// A wall screen fixes its theme in the page; everything else follows the person.
if (!document.documentElement.dataset.themeFixed) {
  applyTheme(choice())
  machine.addEventListener('change', () => applyTheme(choice()))
}
define('gs-theme', Theme)

/**
 * A bar as long as its share, because a strict content policy forbids a style attribute.
 *
 * @example
 * <gs-share value="96" state="good"></gs-share>
 */
import { define } from './common'

class Share extends HTMLElement {
  static observedAttributes = ['value']

  connectedCallback() {
    this.setAttribute('aria-hidden', 'true')
    this.#draw()
  }

  attributeChangedCallback() {
    this.#draw()
  }

  #draw() {
    const share = Math.max(0, Math.min(100, Number(this.getAttribute('value')) || 0))
    this.style.setProperty('--share', `${share}%`)
  }
}

define('gs-share', Share)

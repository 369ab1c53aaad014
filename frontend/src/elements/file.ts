/**
 * Choosing a file in the language of the page (the browser's own words are those of the machine), by the keyboard,
 * by a click, or by dropping it here.
 *
 * @example
 * <gs-file><input type="file" id="id_file" name="file" accept=".xlsx,.csv"></gs-file>
 */
import { define, make, word } from './common'

class File extends HTMLElement {
  #said = make('span', { class: 'gs-file-name' }, word('no_file', 'No file chosen'))

  connectedCallback() {
    const input = this.querySelector('input')
    if (!input || this.querySelector('.gs-file-name')) return
    input.classList.add('visually-hidden')
    this.append(make('label', { class: 'btn', for: input.id }, word('choose_file', 'Choose a file…')), this.#said)
    input.addEventListener('change', () => this.#say(input))
    this.addEventListener('dragover', (event) => {
      event.preventDefault()
      this.dataset.over = ''
    })
    this.addEventListener('dragleave', () => delete this.dataset.over)
    this.addEventListener('drop', (event) => {
      event.preventDefault()
      delete this.dataset.over
      if (!event.dataTransfer?.files.length) return
      input.files = event.dataTransfer.files
      this.#say(input)
    })
  }

  #say(input: HTMLInputElement) {
    this.#said.textContent = [...(input.files ?? [])].map((file) => file.name).join(', ') || word('no_file', 'No file chosen')
    this.toggleAttribute('data-chosen', !!input.files?.length)
  }
}

define('gs-file', File)

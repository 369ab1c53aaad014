/**
 * A form whose cells are checked as they are typed: what was typed goes to the `check` address (debounced),
 * the answer marks the cells. Arrow keys and Enter walk the columns; a block copied from a spreadsheet is
 * spread over the cells it falls on.
 *
 * Inputs carry `data-cell="D01.lvl=XA"`. The check answers
 * {"findings": [{"cells": ["D01"], "severity": "E", "rule": "R-10", "sentence": "…"}]}.
 * A place with `data-findings` inside the element lists the sentences; `data-count="E"` shows how many.
 *
 * With `keep="whose and what"` what is typed stays in this tab until a newer `version` has been saved: it
 * survives a lost session, a reload and a closed lid. A place with `data-restored` appears when it came back.
 *
 * @example
 * <gs-entry check="/entry/check/">
 *   <form method="post">
 *     <input data-cell="D01" name="cell.0" inputmode="numeric">
 *     <strong data-count="E"></strong>
 *     <ul data-findings></ul>
 *   </form>
 * </gs-entry>
 */
import { define, make, word } from './common'

type Finding = { cells: string[]; severity: 'E' | 'W' | 'I'; rule?: string; sentence: string }
type Answer = { findings: Finding[] }
const PAUSE_MS = 400
const WORSE = { I: 1, W: 2, E: 3 }

class Entry extends HTMLElement {
  #pause?: number
  #turn = 0

  connectedCallback() {
    this.addEventListener('input', this.#typed)
    this.addEventListener('keydown', this.#walk)
    this.addEventListener('paste', this.#paste)
    if (this.#restore() || this.hasAttribute('check-now')) void this.#check()
  }

  disconnectedCallback() {
    clearTimeout(this.#pause)
    this.removeEventListener('input', this.#typed)
    this.removeEventListener('keydown', this.#walk)
    this.removeEventListener('paste', this.#paste)
  }

  get #inputs() {
    return [...this.querySelectorAll<HTMLInputElement>('input[data-cell]')]
  }

  #typed = (event: Event) => {
    if (!(event.target as Element).matches('[data-cell]')) return
    this.#remember()
    clearTimeout(this.#pause)
    this.#pause = window.setTimeout(() => void this.#check(), PAUSE_MS)
  }

  #remember() {
    const keep = this.getAttribute('keep')
    if (!keep) return
    const typed = Object.fromEntries(this.#inputs.map((input) => [input.name, input.value]))
    sessionStorage.setItem(`gs-entry ${keep}`, JSON.stringify({ version: this.getAttribute('version'), typed }))
  }

  /** Put back what was typed on top of the same version; anything older than what is stored is forgotten. */
  #restore(): boolean {
    const key = `gs-entry ${this.getAttribute('keep')}`
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    if (!kept) return false
    if (kept.version !== this.getAttribute('version')) {
      sessionStorage.removeItem(key)
      return false
    }
    const changed = this.#inputs.filter((input) => input.name in kept.typed && input.value !== kept.typed[input.name])
    for (const input of changed) input.value = kept.typed[input.name]
    this.querySelector('[data-restored]')?.toggleAttribute('hidden', !changed.length)
    return changed.length > 0
  }

  async #check() {
    const form = this.querySelector('form')
    const address = this.getAttribute('check')
    if (!form || !address) return
    const turn = ++this.#turn
    this.dataset.checking = 'yes'
    try {
      const answer = await fetch(address, {
        method: 'POST', body: new FormData(form), credentials: 'same-origin',
        headers: { Accept: 'application/json', 'X-CSRFToken': csrfToken() },
      })
      if (turn === this.#turn && answer.ok) this.#mark(await answer.json())
      this.dataset.line = answer.ok ? 'live' : 'stale'
    } catch {
      this.dataset.line = 'stale'
    } finally {
      if (turn === this.#turn) delete this.dataset.checking
    }
  }

  #mark({ findings }: Answer) {
    const worst = new Map<string, Finding>()
    for (const finding of findings)
      for (const cell of finding.cells)
        if (WORSE[finding.severity] > WORSE[worst.get(cell)?.severity ?? 'I'] || !worst.has(cell)) worst.set(cell, finding)
    for (const input of this.#inputs) {
      const finding = worst.get(input.dataset.cell!)
      input.dataset.severity = finding?.severity ?? ''
      input.title = finding?.sentence ?? ''
      input.toggleAttribute('aria-invalid', finding?.severity === 'E')
    }
    for (const place of this.querySelectorAll<HTMLElement>('[data-count]'))
      place.textContent = String(findings.filter((finding) => finding.severity === place.dataset.count).length)
    this.querySelector('[data-findings]')?.replaceChildren(...this.#sentences(findings))
  }

  #sentences(findings: Finding[]) {
    const sorted = [...findings].sort((one, other) => WORSE[other.severity] - WORSE[one.severity])
    if (!sorted.length) return [make('li', { class: 'gs-allgood' }, word('all_checks_pass', 'Every check passes'))]
    return sorted.map((finding) => {
      const go = make('button', { type: 'button', class: 'gs-finding', 'data-severity': finding.severity })
      go.append(make('b', {}, finding.rule ?? finding.cells[0] ?? ''), ' ', finding.sentence)
      go.addEventListener('click', () =>
        this.#inputs.find((input) => input.dataset.cell === finding.cells[0])?.focus())
      return make('li', {}, go)
    })
  }

  #grid() {
    return [...this.querySelectorAll('tbody tr')]
      .map((row) => [...row.querySelectorAll<HTMLInputElement>('input[data-cell]')])
      .filter((row) => row.length)
  }

  #place(input: HTMLInputElement): [HTMLInputElement[][], number, number] {
    const grid = this.#grid()
    const row = grid.findIndex((inputs) => inputs.includes(input))
    return [grid, row, row < 0 ? -1 : grid[row].indexOf(input)]
  }

  #walk = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement
    if (!input.matches?.('input[data-cell]')) return
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const [grid, row, column] = this.#place(input)
    for (let next = row + step; grid[next]; next += step) {
      const target = grid[next][column]
      if (target) {
        target.focus()
        target.select()
        return
      }
    }
  }

  #paste = (event: ClipboardEvent) => {
    const input = event.target as HTMLInputElement
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (!input.matches?.('input[data-cell]') || !/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    const [grid, row, column] = this.#place(input)
    text.replace(/\r?\n$/, '').split(/\r?\n/).forEach((line, down) =>
      line.split('\t').forEach((value, across) => {
        const target = grid[row + down]?.[column + across]
        if (target) target.value = value.trim()
      }))
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? ''

define('gs-entry', Entry)

/**
 * A form whose cells are checked as they are typed: what was typed goes to the `check` address (debounced),
 * the answer marks the cells. Arrow keys and Enter walk the columns; a block copied from a spreadsheet is
 * spread over the cells it falls on.
 *
 * Inputs carry `data-cell="D01.lvl=XA"`. The check answers
 * {"findings": [{"cells": ["D01"], "severity": "E", "rule": "R-10", "sentence": "…"}]}.
 * A place with `data-findings` inside the element lists the sentences; `data-count="E"` shows how many.
 *
 * With `keep="address" owner="account" lock="key"` what is typed stays on this device until the house has taken it (kept.ts):
 * it survives a lost session, a reload, a closed lid and a line that is down. Saved without a line, it is sent by itself
 * when the line is back, and what was typed over an earlier `version` is put to the house, which refuses it in words.
 * `[data-restored]` appears when something came back, `[data-unsent]` while it is here only, its `[data-waits]` while it is
 * to be sent; `[data-discard]` forgets it.
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
import { Kept } from './kept'

type Finding = { cells: string[]; severity: 'E' | 'W' | 'I'; rule?: string; sentence: string }
type Answer = { findings: Finding[] }
const PAUSE_MS = 400
const AGAIN_MS = 15_000
const WORSE = { I: 1, W: 2, E: 3 }

class Entry extends HTMLElement {
  #pause?: number
  #again?: number
  #turn = 0
  #kept?: Kept
  #sending = false
  #waits = false

  async connectedCallback() {
    this.addEventListener('input', this.#typed)
    this.addEventListener('keydown', this.#walk)
    this.addEventListener('paste', this.#paste)
    this.addEventListener('submit', this.#save)
    this.addEventListener('click', this.#discard)
    window.addEventListener('online', this.#lineIsBack)
    const keep = this.getAttribute('keep')
    if (keep) this.#kept = new Kept(this.getAttribute('owner')!, keep, this.getAttribute('lock')!)
    const restored = await this.#restore()
    if (restored || this.hasAttribute('check-now')) void this.#check()
  }

  disconnectedCallback() {
    clearTimeout(this.#pause)
    clearTimeout(this.#again)
    this.removeEventListener('input', this.#typed)
    this.removeEventListener('keydown', this.#walk)
    this.removeEventListener('paste', this.#paste)
    this.removeEventListener('submit', this.#save)
    this.removeEventListener('click', this.#discard)
    window.removeEventListener('online', this.#lineIsBack)
  }

  get #inputs() {
    return [...this.querySelectorAll<HTMLInputElement>('input[data-cell]')]
  }

  get #version() {
    return this.getAttribute('version') ?? ''
  }

  #typed = (event: Event) => {
    if (!(event.target as Element).matches('[data-cell]')) return
    void this.#remember(this.#version)
    clearTimeout(this.#pause)
    this.#pause = window.setTimeout(() => void this.#check(), PAUSE_MS)
  }

  async #remember(version: string) {
    const typed = Object.fromEntries(this.#inputs.map((input) => [input.name, input.value]))
    await this.#kept?.write({ version, typed, unsent: this.#waits })
  }

  /** Put back what was typed. What waited for a line, or was typed over an earlier version, goes to the house at once. */
  async #restore(): Promise<boolean> {
    if (this.hasAttribute('refused')) {
      await this.#remember(this.#version) // handed back by the house, to be corrected on the version it names
      return false
    }
    const kept = await this.#kept?.read()
    if (!kept) return false
    const changed = this.#inputs.filter((input) => input.name in kept.typed && input.value !== kept.typed[input.name])
    if (!changed.length) {
      this.#kept!.forget()
      return false
    }
    for (const input of changed) input.value = kept.typed[input.name]
    this.#show('[data-restored]', true)
    if (kept.unsent || kept.version !== this.#version) void this.#send(kept.version)
    return true
  }

  #save = (event: Event) => {
    if (!this.#kept) return
    event.preventDefault()
    void this.#send(this.#version)
  }

  #lineIsBack = () => {
    if (this.#waits) void this.#send(this.#version)
    else void this.#check()
  }

  #discard = (event: Event) => {
    if (!(event.target as Element).closest('[data-discard]')) return
    this.#kept?.forget()
    location.reload()
  }

  /** To the house, which checks it as ever: taken, it is forgotten here; refused, its page says why with all that was typed. */
  async #send(version: string) {
    const form = this.querySelector('form')
    if (!form || this.#sending) return
    this.#sending = true
    clearTimeout(this.#again)
    const body = new FormData(form)
    body.set('version', version)
    try {
      const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' })
      if (answer.status >= 500) throw new Error(String(answer.status))
      await this.#answered(answer, new DOMParser().parseFromString(await answer.text(), 'text/html'))
    } catch {
      this.#waits = true
      await this.#remember(version)
      this.#show('[data-unsent], [data-waits]', true)
      this.#again = window.setTimeout(() => void this.#send(version), AGAIN_MS)
    } finally {
      this.#sending = false
    }
  }

  async #answered(answer: Response, page: Document) {
    const lostSession = page.querySelector('input[name=login]') !== null
    if (answer.redirected && !lostSession) this.#kept!.forget()
    if (lostSession) {
      this.#waits = true
      await this.#remember(this.#version) // sent by itself once its owner has signed in again
    }
    if (answer.redirected) location.assign(answer.url)
    else document.querySelector('main')?.replaceWith(page.querySelector('main') ?? page.body)
  }

  #show(places: string, shown: boolean) {
    for (const place of this.querySelectorAll(places)) place.toggleAttribute('hidden', !shown)
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
      if (!this.#waits) this.#show('[data-unsent]', false)
    } catch {
      this.dataset.line = 'stale'
      this.#show('[data-unsent]', Boolean(this.#kept))
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

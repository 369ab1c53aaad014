/**
 * Makes an instrument of a plain table: sticky head and first column, sort by any heading, filter, choice of
 * columns, density, arrow keys, CSV of what is shown. The table stays a table when scripts are off.
 *
 * A cell sorts by `data-value` when it has one, else by its text in the order of the page's language.
 * Attributes: `filter` (placeholder of the filter), `csv` (server's address, or empty for "from this page"),
 * `name` (file name of the export), `columns` (offer the choice of columns).
 *
 * @example
 * <gs-table filter="Filter units…" name="late-reports" csv>
 *   <table class="table">
 *     <thead><tr><th>Unit</th><th class="num" data-sort="number">Days late</th></tr></thead>
 *     <tbody><tr><td><a href="/units/12/">Lai Châu</a></td><td class="num" data-value="3">3</td></tr></tbody>
 *     <tfoot><tr><th>Total</th><td class="num">3</td></tr></tfoot>
 *   </table>
 * </gs-table>
 */
import { define, language, make, phrase, word } from './common'

const PAUSE_MS = 120
const FORMULA_START = /^[=+\-@|%]/ // of trimmed text; the server's exports guard the same

class Table extends HTMLElement {
  #collator = new Intl.Collator(language(), { numeric: true })
  #count = make('span', { class: 'gs-count', role: 'status' })
  #ready = false
  #wanted = ''
  #hiddenColumns = new Set<number>()

  connectedCallback() {
    if (this.#ready || !this.#table) return
    this.#ready = true
    this.#table.tHead?.querySelectorAll('th').forEach((heading, column) => this.#makeSortable(heading, column))
    const scroller = make('div', { class: 'gs-scroller', tabindex: '0', role: 'region' })
    scroller.setAttribute('aria-label', this.#table.caption?.textContent?.trim() || this.getAttribute('name') || word('table', 'Table'))
    this.#table.before(scroller)
    scroller.append(this.#table)
    const tools = this.#tools()
    if (tools.childElementCount) scroller.before(tools)
    this.addEventListener('keydown', this.#move)
    this.addEventListener('gs:rows', this.#again)
  }

  /** Rows came, went or changed: the reader's order, filter and columns hold for them too. */
  #again = () => {
    const sorted = this.#table.tHead?.querySelector<HTMLTableCellElement>('th[aria-sort]')
    if (sorted) this.#order(sorted, sorted.cellIndex, sorted.getAttribute('aria-sort') === 'ascending')
    this.#filter(this.#wanted)
    for (const column of this.#hiddenColumns) this.#showColumn(column, false)
  }

  get #table() {
    return this.querySelector('table')!
  }

  get #rows() {
    return [...this.#table.tBodies].flatMap((body) => [...body.rows])
  }

  #tools() {
    const tools = make('div', { class: 'gs-tools' })
    const hint = this.getAttribute('filter')
    if (hint !== null) {
      const input = make('input', { type: 'search', class: 'form-control form-control-sm', placeholder: hint, 'aria-label': hint })
      let pause: number
      input.addEventListener('input', () => {
        clearTimeout(pause)
        pause = window.setTimeout(() => this.#filter(input.value), PAUSE_MS)
      })
      tools.append(input, this.#count)
    }
    if (this.hasAttribute('columns')) tools.append(this.#columnChoice())
    const address = this.getAttribute('csv')
    if (address) tools.append(make('a', { class: 'btn btn-sm', href: address }, 'CSV'))
    else if (address === '') {
      const button = make('button', { type: 'button', class: 'btn btn-sm' }, 'CSV')
      button.addEventListener('click', () => this.#export())
      tools.append(button)
    }
    return tools
  }

  #columnChoice() {
    const list = make('div', { class: 'gs-choice' })
    this.#table.tHead?.querySelectorAll('th').forEach((heading, column) => {
      if (!column) return
      const box = make('input', { type: 'checkbox', class: 'form-check-input', checked: '' })
      box.addEventListener('change', () => {
        this.#showColumn(column, box.checked)
      })
      list.append(make('label', {}, box, heading.textContent!.trim()))
    })
    return make('details', { class: 'gs-columns' }, make('summary', { class: 'btn btn-sm' }, word('columns', 'Columns')), list)
  }

  #showColumn(column: number, shown: boolean) {
    if (shown) this.#hiddenColumns.delete(column)
    else this.#hiddenColumns.add(column)
    for (const row of this.#table.rows) row.cells[column]?.classList.toggle('d-none', !shown)
  }

  #makeSortable(heading: HTMLTableCellElement, column: number) {
    if (heading.dataset.sort === 'none' || !heading.textContent?.trim()) return
    const button = make('button', { type: 'button', class: 'gs-sort' })
    button.append(...heading.childNodes)
    heading.append(button)
    button.addEventListener('click', () => this.#sort(heading, column))
  }

  #sort(heading: HTMLTableCellElement, column: number) {
    const rising = heading.getAttribute('aria-sort') !== 'ascending'
    this.#table.tHead?.querySelectorAll('th').forEach((other) => other.removeAttribute('aria-sort'))
    heading.setAttribute('aria-sort', rising ? 'ascending' : 'descending')
    this.#order(heading, column, rising)
  }

  #order(heading: HTMLTableCellElement, column: number, rising: boolean) {
    const key = (row: HTMLTableRowElement) => {
      const cell = row.cells[column]
      return cell?.dataset.value ?? cell?.textContent?.trim() ?? ''
    }
    const numeric = heading.dataset.sort === 'number'
    const order = (one: string, other: string) =>
      numeric ? toNumber(one) - toNumber(other) : this.#collator.compare(one, other)
    for (const body of this.#table.tBodies) {
      const keyed = [...body.rows].map((row) => ({ row, key: key(row) }))
      keyed.sort((one, other) => (rising ? 1 : -1) * order(one.key, other.key))
      body.append(...keyed.map(({ row }) => row))
    }
  }

  #filter(text: string) {
    this.#wanted = text
    const wanted = bare(text).split(' ').filter(Boolean)
    let shown = 0
    for (const row of this.#rows) {
      const has = bare(row.textContent ?? '')
      row.hidden = !wanted.every((part) => has.includes(part))
      if (!row.hidden) shown++
    }
    this.#count.textContent = text ? phrase('rows_shown', '{shown} of {all}', { shown, all: this.#rows.length }) : ''
  }

  #move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const row = (event.target as Element).closest('tbody tr')
    const typing = (event.target as Element).matches('input, select, textarea')
    if (!step || typing || !(row || (event.target as Element).matches('.gs-scroller'))) return
    const rows = this.#rows.filter((each) => !each.hidden)
    const next = row ? rows[rows.indexOf(row as HTMLTableRowElement) + step] : rows[0]
    const door = next?.querySelector<HTMLElement>('a, button, summary')
    if (!door) return
    event.preventDefault()
    door.focus()
    next.scrollIntoView({ block: 'nearest' })
  }

  #export() {
    const lines = [...this.#table.rows].filter((row) => !row.hidden).map((row) =>
      [...row.cells].filter((cell) => !cell.classList.contains('d-none')).map(csvCell).join(','))
    const file = new Blob(['\ufeff' + lines.join('\r\n') + '\r\n'], { type: 'text/csv;charset=utf-8' })
    const link = make('a', { href: URL.createObjectURL(file), download: `${this.getAttribute('name') || 'table'}.csv` })
    link.click()
    URL.revokeObjectURL(link.href)
  }
}

/** What is seen is what is exported: a suppressed cell leaves as its mark. A formula is disarmed. */
function csvCell(cell: HTMLTableCellElement): string {
  const text = cell.textContent!.trim().replace(/\s+/g, ' ')
  const safe = FORMULA_START.test(text) && !/^-?[\d.,]+$/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

const toNumber = (text: string) => {
  const value = parseFloat(text)
  return Number.isNaN(value) ? -Infinity : value
}

const bare = (text: string) =>
  text.toLowerCase().replaceAll('đ', 'd').normalize('NFD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ')

define('gs-table', Table)

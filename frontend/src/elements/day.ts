/**
 * A day typed as it is written everywhere in the house, 25/10/2026, or chosen from the browser's calendar.
 * The browser's own field would write it in the order of the machine, which on many desks is month before day.
 *
 * Attributes of the input: `data-latest` (2026-10-25), the last day the calendar offers.
 *
 * @example
 * <gs-day><input class="form-control" name="due_on" value="25/10/2026" inputmode="numeric"></gs-day>
 */
import { define, make, svg, word } from './common'

const WRITTEN = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/

class Day extends HTMLElement {
  connectedCallback() {
    const typed = this.querySelector('input')
    if (!typed || this.querySelector('button')) return
    const calendar = make('input', { type: 'date', class: 'gs-day-calendar', tabindex: '-1', 'aria-hidden': 'true', min: '1900-01-01', max: typed.dataset.latest ?? '2999-12-31' })
    const button = make('button', { type: 'button', 'aria-label': word('choose_day', 'Choose a day from the calendar') })
    button.append(drawing())
    button.addEventListener('click', () => {
      calendar.value = isoOf(typed.value)
      calendar.showPicker()
    })
    calendar.addEventListener('change', () => {
      if (!calendar.value) return
      typed.value = calendar.value.split('-').reverse().join('/')
      typed.dispatchEvent(new Event('change', { bubbles: true }))
    })
    this.append(calendar, button)
  }
}

function isoOf(text: string): string {
  const [, day, month, year] = WRITTEN.exec(text) ?? []
  return year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : ''
}

function drawing(): SVGElement {
  const picture = svg('svg', { viewBox: '0 0 24 24', class: 'gs-icon', fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'aria-hidden': 'true' })
  picture.append(svg('path', { d: 'M4 7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM16 3v4M8 3v4M4 11h16' }))
  return picture
}

define('gs-day', Day)

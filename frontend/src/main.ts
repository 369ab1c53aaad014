/** What every page loads: styles, htmx and the elements. Charts and maps bring their engines when first seen. */
import htmx from 'htmx.org'
import '@tabler/core/dist/css/tabler.min.css'
import '@fontsource/be-vietnam-pro/vietnamese-400.css'
import '@fontsource/be-vietnam-pro/vietnamese-500.css'
import '@fontsource/be-vietnam-pro/vietnamese-600.css'
import '@fontsource/be-vietnam-pro/latin-ext-400.css'
import '@fontsource/be-vietnam-pro/latin-ext-500.css'
import '@fontsource/be-vietnam-pro/latin-ext-600.css'
import '@fontsource/be-vietnam-pro/latin-400.css'
import '@fontsource/be-vietnam-pro/latin-500.css'
import '@fontsource/be-vietnam-pro/latin-600.css'
import './styles/tokens.css'
import './styles/tabler.css'
import './styles/shell.css'
import './styles/figures.css'
import './styles/tables.css'
import './styles/map.css'
import './styles/entry.css'
import './styles/desk.css'
import './styles/calendar.css'
import './styles/design.css'
import './styles/narrow-and-wide.css'

import './elements/theme'
import './elements/live'
import './elements/table'
import './elements/entry'
import './elements/file'
import './elements/day'
import './elements/chart'
import './elements/map'
import './elements/search'
import './elements/share'
import { word } from './elements/common'
import { forgetAllOf, keptOf } from './elements/kept'

// The content policy allows neither styles nor code made on the way; a refused form (422) is shown in its place.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  historyCacheSize: 0,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
})

// A choice that filters the page takes effect when chosen.
document.addEventListener('change', (event) => {
  const form = (event.target as HTMLElement).closest<HTMLFormElement>('form[data-submit-on-change]')
  form?.requestSubmit()
})

// Signing out forgets what was typed on this device and not sent; whoever does so is told first.
document.addEventListener('submit', (event) => {
  const owner = (event.target as HTMLElement).closest<HTMLFormElement>('form[data-forgets]')?.dataset.forgets
  if (!owner || !keptOf(owner).length) return
  const question = 'What you typed and did not send is kept on this device. Signing out forgets it. Sign out?'
  if (confirm(word('signing_out_forgets', question))) forgetAllOf(owner)
  else event.preventDefault()
})

// One menu open at a time; a click elsewhere or Escape closes it.
const closeMenus = (except?: Node | null) =>
  document.querySelectorAll<HTMLDetailsElement>('details.gs-menu[open], details.gs-columns[open]').forEach((menu) => {
    if (!except || !menu.contains(except)) menu.open = false
  })
document.addEventListener('click', (event) => closeMenus(event.target as Node))
document.addEventListener('keydown', (event) => event.key === 'Escape' && closeMenus())

// A refusal that says where it belongs is shown there, whatever its status.
document.addEventListener('htmx:beforeSwap', (event) => {
  const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>
  if (detail.xhr.getResponseHeader('HX-Retarget')) {
    detail.shouldSwap = true
    detail.isError = false
  }
})

/**
 * Makes a part of the page equal to what the server would draw now, touching only what differs: a reader keeps the
 * focus, an opened line stays open, a chart that shows the same is not drawn again. Children with `data-key` are
 * known by it wherever they move; others by their place. Answers with what changed, to be marked.
 */
export function morph(place: Element, html: string): Element[] {
  const template = document.createElement('template')
  template.innerHTML = html.trim()
  const wanted = template.content.firstElementChild
  if (!wanted) return []
  const changed = new Set<Element>()
  const focused = document.activeElement as HTMLElement | null
  equal(place, wanted, changed)
  if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true })
  return [...changed]
}

/** What elements and readers set by themselves; the server knows nothing of it. */
const OURS = new Set(['style', 'open', 'hidden', 'aria-hidden', 'role', 'tabindex'])
const MARKS = ['gs-changed', 'gs-still', 'd-none']
/** Attributes whose change a reader should notice. */
const TELLING = /^data-(state|band|tone|way|urgency)$/

function equal(old: Element, wanted: Element, changed: Set<Element>): void {
  if (old.localName === 'gs-table') return rows(old, wanted, changed)
  if (old.localName.includes('-') && old.localName !== 'gs-share') return drawn(old, wanted)
  attributes(old, wanted, changed)
  children(old, wanted, changed)
}

function attributes(old: Element, wanted: Element, changed: Set<Element>): void {
  for (const { name } of [...old.attributes])
    if (!wanted.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name)
  for (const { name, value } of wanted.attributes) {
    const present = name === 'class' ? bare(old) : old.getAttribute(name)
    if (present === value || OURS.has(name)) continue
    old.setAttribute(name, name === 'class' ? [value, ...MARKS.filter((mark) => old.classList.contains(mark))].join(' ') : value)
    if (TELLING.test(name)) changed.add(old)
  }
}

const bare = (element: Element) =>
  (element.getAttribute('class') ?? '').split(/\s+/).filter((name) => !MARKS.includes(name)).join(' ')

function children(old: Element, wanted: Element, changed: Set<Element>): void {
  const keyed = new Map([...old.children].flatMap((child) => (keyOf(child) ? [[keyOf(child)!, child] as const] : [])))
  let at = old.firstChild
  for (const next of [...wanted.childNodes]) {
    const found = known(next, at, keyed)
    if (!found) {
      old.insertBefore(next, at)
      if (keyOf(next)) changed.add(next as Element)
      continue
    }
    if (found === at) at = at.nextSibling
    else old.insertBefore(found, at)
    if (found instanceof Element) equal(found, next as Element, changed)
    else if (found.nodeValue !== next.nodeValue) {
      found.nodeValue = next.nodeValue
      if (next.nodeValue?.trim()) changed.add(old)
    }
  }
  while (at) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
}

const keyOf = (node: Node) => (node instanceof HTMLElement ? node.dataset.key : undefined)

function known(wanted: ChildNode, at: ChildNode | null, keyed: Map<string, Element>): ChildNode | null {
  const key = keyOf(wanted)
  const found = key ? (keyed.get(key) ?? null) : at
  return found && found.nodeName === wanted.nodeName && keyOf(found) === key ? found : null
}

/** A picture is drawn again only from other data. */
function drawn(old: Element, wanted: Element): void {
  const data = (element: Element) => element.querySelector(':scope > script')?.textContent ?? ''
  const names = new Set([...wanted.getAttributeNames(), 'values', 'band', 'tone'])
  if (data(old) === data(wanted) && [...names].every((name) => old.getAttribute(name) === wanted.getAttribute(name))) return
  old.replaceWith(wanted)
}

/** An instrument keeps its order, its filter and its columns; only its rows are made equal. */
function rows(old: Element, wanted: Element, changed: Set<Element>): void {
  const [table, fresh] = [old.querySelector('table'), wanted.querySelector('table')]
  const columns = (one: HTMLTableElement | null) => one?.tHead?.rows[0]?.cells.length
  if (!table || !fresh || columns(table) !== columns(fresh)) return old.replaceWith(wanted)
  for (const [index, body] of [...table.tBodies].entries())
    if (fresh.tBodies[index]) children(body, fresh.tBodies[index], changed)
  if (table.tFoot && fresh.tFoot) children(table.tFoot, fresh.tFoot, changed)
  old.dispatchEvent(new Event('gs:rows'))
}

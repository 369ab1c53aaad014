/** The small map beside a province: where in the country we are. The archipelagos stay in view here too. */
import { svg } from '../elements/common'
import { labelPoint, type View } from './model'
import { outline, projection } from './projection'

export const LOCATOR = { width: 128, height: 122 }
const PAD = { left: 5, right: 5, top: 5, bottom: 5 }

export function locator(view: View): SVGElement {
  const { width, height } = LOCATOR
  const group = svg('g', { class: 'gs-locator' })
  group.append(svg('rect', { width, height, rx: 6 }))
  const project = projection(view.countryBounds, width, height, PAD)
  for (const shape of view.country.shapes) {
    const here = shape.properties.code === view.within
    group.append(svg('path', { d: outline(shape, project), class: here ? 'here' : '' }))
  }
  for (const archipelago of view.country.archipelagos) {
    const here = archipelago.province === view.within
    for (const point of archipelago.points) {
      const [cx, cy] = project(point)
      group.append(svg('circle', { cx, cy, r: here ? 1.6 : 1, class: here ? 'here' : '' }))
    }
    const name = svg('text', { x: width - 5, y: project(labelPoint(archipelago))[1] - 3, 'text-anchor': 'end' })
    name.textContent = archipelago.name
    group.append(name)
  }
  return group
}

/** The same as a picture of its own, for a map that is not drawn in SVG. */
export function locatorPicture(view: View): SVGElement {
  const picture = svg('svg', { class: 'gs-locator-picture', viewBox: `0 0 ${LOCATOR.width} ${LOCATOR.height}` })
  picture.append(locator(view))
  return picture
}

/** From degrees to pixels, for pictures the size of a card. */
import type { Position } from 'geojson'
import { type Bounds, rings, type Shape } from './model'

export type Project = (point: Position) => [number, number]
export type Pad = { left: number; right: number; top: number; bottom: number }

const FLATTEN = 0.961 // cosine of 16° north
export const COUNTRY_PAD: Pad = { left: 8, right: 8, top: 6, bottom: 6 }

/** Fit bounds into a box, leaving `pad` pixels. */
export function projection([west, south, east, north]: Bounds, width: number, height: number, pad: Pad): Project {
  const across = (east - west) * FLATTEN, up = north - south
  const scale = Math.min((width - pad.left - pad.right) / across, (height - pad.top - pad.bottom) / up)
  const left = pad.left + (width - pad.left - pad.right - across * scale) / 2
  const top = pad.top + (height - pad.top - pad.bottom - up * scale) / 2
  return ([lon, lat]) => [left + (lon - west) * FLATTEN * scale, top + (north - lat) * scale]
}

export function outline(shape: Shape, project: Project): string {
  return rings(shape.geometry).map((ring) => 'M' + ring.map((point) => {
    const [x, y] = project(point)
    return `${x.toFixed(1)} ${y.toFixed(1)}`
  }).join('L') + 'Z').join('')
}

/** What a map shows: shapes by unit code, figures by unit code, and how a figure becomes a class of the scale. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon, Position } from 'geojson'
import { feature } from 'topojson-client'

export type Mark = '' | 'none' | 'withheld' | 'hidden' | 'estimate'
export type Area = { name: string; value: number | null; text: string; mark?: Mark; note?: string; href?: string; drill?: boolean }
export type Scale = { kind: 'sequential' | 'diverging'; breaks: number[]; labels?: string[] }
export type Figures = {
  title: string; measure?: string; period?: string; as_of?: string; state?: string; reported?: string
  scale: Scale; areas: Record<string, Area>; off_map?: { name: string; text: string; href?: string }[]
}
export type Shape = Feature<Polygon | MultiPolygon, { code: string; name?: string }>
export type Bounds = [west: number, south: number, east: number, north: number]
export type View = { within: string; shapes: Shape[]; bounds: Bounds }

/** The whole country, both archipelagos inside. */
export const COUNTRY: Bounds = [102.0, 7.7, 115.2, 23.5]

/** Points of the two archipelagos, drawn at a size that can be seen at any scale; they belong to these units. */
export const ARCHIPELAGOS = [
  {
    key: 'hoang_sa', name: 'Hoàng Sa', parent: 'Đà Nẵng', province: '48', unit: '20333', label: [112.0, 17.0] as Position,
    points: [[111.61, 16.53], [112.34, 16.83], [112.73, 16.67], [111.2, 15.78], [111.72, 16.45], [111.76, 16.06]] as Position[],
  },
  {
    key: 'truong_sa', name: 'Trường Sa', parent: 'Khánh Hòa', province: '56', unit: '22736', label: [113.3, 11.6] as Position,
    points: [[111.92, 8.64], [114.33, 11.43], [114.36, 10.18], [114.33, 9.89], [112.92, 7.89], [114.37, 10.38],
      [113.7, 8.97], [113.98, 8.81], [111.67, 8.67]] as Position[],
  },
]
const ARCHIPELAGO_UNITS = new Set(ARCHIPELAGOS.map((archipelago) => archipelago.unit))

/** Shapes from TopoJSON or GeoJSON, whichever came. */
export function shapesOf(answer: unknown): Shape[] {
  const given = answer as { type: string; objects?: Record<string, never> }
  const collection = given.type === 'Topology'
    ? (feature(given as never, Object.values(given.objects!)[0]) as unknown as FeatureCollection)
    : (given as unknown as FeatureCollection)
  return collection.features
    .filter((each): each is Shape => !!each.geometry && /Polygon$/.test(each.geometry.type))
    .map((each) => ({ ...each, properties: { ...each.properties, code: String(each.properties.code ?? each.id) } }))
}

export function rings(geometry: Geometry): Position[][] {
  if (geometry.type === 'Polygon') return geometry.coordinates
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : []
}

export function boundsOf(shapes: Shape[]): Bounds {
  const found: Bounds = [180, 90, -180, -90]
  for (const shape of shapes)
    for (const ring of rings(shape.geometry))
      for (const [lon, lat] of ring) {
        if (lon < found[0]) found[0] = lon
        if (lat < found[1]) found[1] = lat
        if (lon > found[2]) found[2] = lon
        if (lat > found[3]) found[3] = lat
      }
  return found
}

/** A province is framed by its mainland: an archipelago 300 km off shore has its place in the small map beside it. */
export function frame(shapes: Shape[]): Bounds {
  const near = shapes.filter((shape) => !ARCHIPELAGO_UNITS.has(shape.properties.code))
  return boundsOf(near.length ? near : shapes)
}

export function centreOf(shape: Shape): Position {
  const largest = rings(shape.geometry).reduce((one, other) => (other.length > one.length ? other : one))
  const [west, south, east, north] = boundsOf([{ ...shape, geometry: { type: 'Polygon', coordinates: [largest] } }])
  return [(west + east) / 2, (south + north) / 2]
}

/** "q3", "d1" or the mark that says why there is no figure. */
export function fillOf(area: Area | undefined, scale: Scale): string {
  if (!area || area.mark === 'none') return 'none'
  if (area.mark === 'withheld' || area.mark === 'hidden') return area.mark
  if (area.value === null || area.value === undefined) return 'none'
  let step = 0
  scale.breaks.forEach((from, index) => {
    if (area.value! >= from) step = index
  })
  return `${scale.kind === 'diverging' ? 'd' : 'q'}${step}`
}

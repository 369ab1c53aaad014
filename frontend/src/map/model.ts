/** What a map shows: shapes by unit code, figures by unit code, and how a figure becomes a class of the scale. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon, Position } from 'geojson'
import { feature } from 'topojson-client'

export type Mark = '' | 'none' | 'withheld' | 'hidden'
export type Area = { name: string; value: number | null; text: string; mark?: Mark; note?: string; href?: string; drill?: boolean }
export type Scale = { breaks: number[] }
export type Figures = {
  title: string; measure?: string
  scale: Scale; areas: Record<string, Area>; off_map?: { name: string; text: string; href?: string }[]
}
export type Shape = Feature<Polygon | MultiPolygon, { code: string; name?: string }>
export type Bounds = [west: number, south: number, east: number, north: number]
/** Islands too small to be seen at true size, drawn at a size that can be, and named at every level of the map. */
export type Archipelago = { name: string; parent: string; province: string; unit: string; points: Position[] }
export type Territory = { shapes: Shape[]; archipelagos: Archipelago[]; kind?: string }
export type View = { within: string; shapes: Shape[]; bounds: Bounds; country: Territory; countryBounds: Bounds }

type Named = { unit: string; name: string; parent: string; province: string }

/** `{map, named, kind}` as the server answers, or bare TopoJSON or GeoJSON. */
export function territoryOf(answer: unknown): Territory {
  const given = answer as { map?: unknown; named?: FeatureCollection<Geometry, Named>; kind?: string }
  const archipelagos = (given.named?.features ?? []).map(({ geometry, properties }) => ({
    name: properties.name, parent: properties.parent, province: properties.province, unit: properties.unit,
    points: outers(geometry).map((ring) => middle(ring)),
  }))
  return { shapes: shapesOf(given.map ?? answer), archipelagos, kind: given.kind }
}

/** Shapes from TopoJSON or GeoJSON, whichever came. */
function shapesOf(answer: unknown): Shape[] {
  const given = answer as { type: string; objects?: Record<string, never> }
  const collection = given.type === 'Topology'
    ? (feature(given as never, Object.values(given.objects!)[0]) as unknown as FeatureCollection)
    : (given as unknown as FeatureCollection)
  return collection.features
    .filter((each): each is Shape => !!each.geometry && /Polygon$/.test(each.geometry.type))
    .map((each) => ({ ...each, properties: { ...each.properties, code: String(each.properties.code ?? each.id) } }))
}

function outers(geometry: Geometry): Position[][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates[0]]
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.map(([outer]) => outer)
  return geometry.type === 'MultiPoint' ? geometry.coordinates.map((point) => [point]) : []
}

function middle(ring: Position[]): Position {
  const [west, south, east, north] = around(ring)
  return [(west + east) / 2, (south + north) / 2]
}

function around(points: Iterable<Position>): Bounds {
  const found: Bounds = [180, 90, -180, -90]
  for (const [lon, lat] of points) {
    if (lon < found[0]) found[0] = lon
    if (lat < found[1]) found[1] = lat
    if (lon > found[2]) found[2] = lon
    if (lat > found[3]) found[3] = lat
  }
  return found
}

export function rings(geometry: Geometry): Position[][] {
  if (geometry.type === 'Polygon') return geometry.coordinates
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : []
}

/** The whole country, its archipelagos inside. */
export function countryBounds({ shapes, archipelagos }: Territory): Bounds {
  const corners = shapes.flatMap((shape) => rings(shape.geometry).flat())
  return around([...corners, ...archipelagos.flatMap((each) => each.points)])
}

/** A province is framed by its mainland: an archipelago far off shore has its place in the small map beside it. */
export function frame(shapes: Shape[], archipelagos: Archipelago[]): Bounds {
  const far = new Set(archipelagos.map((each) => each.unit))
  const near = shapes.filter((shape) => !far.has(shape.properties.code))
  return around((near.length ? near : shapes).flatMap((shape) => rings(shape.geometry).flat()))
}

/** Where its label would stand: the middle of its largest part. */
export function centreOf(shape: Shape): Position {
  return middle(outers(shape.geometry).reduce((one, other) => (other.length > one.length ? other : one)))
}

/** The northernmost point of an archipelago over its middle: its name stands above. */
export function labelPoint({ points }: Archipelago): Position {
  const [west, , east, north] = around(points)
  return [(west + east) / 2, north]
}

/** "q3" or the mark that says why there is no figure. */
export function fillOf(area: Area | undefined, scale: Scale): string {
  if (!area || area.mark === 'none') return 'none'
  if (area.mark === 'withheld' || area.mark === 'hidden') return area.mark
  if (area.value === null || area.value === undefined) return 'none'
  let step = 0
  scale.breaks.forEach((from, index) => {
    if (area.value! >= from) step = index
  })
  return `q${step}`
}

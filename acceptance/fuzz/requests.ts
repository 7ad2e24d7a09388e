import type { ApiDocument, Operation, Parameter, Schema } from '../document.ts'
import type { Random } from './random.ts'
import { recipe } from './recipes.ts'
import { BROKEN_BODIES, hostile, sample, spoiled, TEXTS } from './values.ts'
import type { World } from './world.ts'

export interface FuzzRequest {
  method: string
  /** below the base address, or absolute for a signed one */
  target: string
  headers: { [name: string]: string }
  body: string | Buffer | undefined
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const LABELS = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/yaml', 'nonsense']

/** Where one call is turned away, the run goes on for the others: what is deleted is made again by `make`. */
const RARE = /^(DELETE)$/

/** One request made by chance: mostly near to what is right, often wrong in one place. */
export function makeRequest(document: ApiDocument, world: World, random: Random, token: string): FuzzRequest {
  if (world.signed.length > 0 && random.percent(3)) return signedRequest(random.pick(world.signed), random)
  let operation = random.pick(document.operations)
  while (RARE.test(operation.method) && random.percent(85)) operation = random.pick(document.operations)
  const flaws = random.percent(45)
  const method = flaws && random.percent(6) ? random.pick(METHODS) : operation.method
  const target = pathOf(operation, world, random, flaws) + queryOf(operation, world, random, flaws)
  const headers: { [name: string]: string } = {
    ...(random.percent(98) ? { 'X-SBG-Auth-Token': random.percent(98) ? token : 'wrong' } : {}),
    ...(random.percent(3) ? { 'X-SBG-Advance-Access': 'advance' } : {}),
    ...(random.percent(2) ? { 'X-Request-Id': random.pick(['a b', 'run-1', 'x'.repeat(500)]) } : {}),
    ...(operation.method === 'POST' && random.percent(10) ? { 'Idempotency-Key': `key-${random.below(50)}` } : {}),
  }
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(operation, world, random, flaws)
  if (body !== undefined) headers['Content-Type'] = random.percent(90) ? LABELS[0]! : random.pick(LABELS)
  if (body !== undefined && random.percent(1)) headers['Content-Encoding'] = 'gzip'
  return { method, target, headers, body }
}

/** Parameters of a path that no object gives. */
const SIMPLE: { [name: string]: string } = { part: '1', code: '7002', asset: 'page.js', revision: '0' }

function pathOf({ id, path }: Operation, world: World, random: Random, flaws: boolean): string {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter(name => !(name in SIMPLE))
  const known = names.length > 0 && (!flaws || random.percent(75)) ? world.tuple(names, random) : undefined
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value =
      !flaws || random.percent(known ? 93 : 40)
        ? (known?.[name] ?? SIMPLE[name] ?? String(world.value(name, random) ?? 'none'))
        : random.pick(TEXTS)
    if (id === 'apps.create' && name === 'app' && !flaws) return `app-${random.below(10_000)}`
    return encodeURIComponent(value.toWellFormed()) || random.pick(['%20', '%', '%zz', 'x'])
  })
  return random.percent(3) ? `${filled}/` : filled
}

function queryOf(operation: Operation, world: World, random: Random, flaws: boolean): string {
  const pairs: string[] = []
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'query' || !random.percent(parameter.required ? 90 : 25)) continue
    pairs.push(...valuesOf(parameter, world, random, flaws))
  }
  if (random.percent(5)) pairs.push(`unknown=${encodeURIComponent(random.pick(TEXTS).toWellFormed().slice(0, 500))}`)
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

const FIELDS = [
  '_all',
  'id,name',
  '!raw',
  'origin.task',
  'id,metadata,!metadata.x',
  '',
  ',,',
  '!',
  'href.href',
  '__proto__',
]

function valuesOf({ name, schema }: Parameter, world: World, random: Random, flaws: boolean): string[] {
  if (name === 'metadataFilters') return [`metadata.sample_id=${random.pick(['S1', '', '%00'])}`]
  const good = !flaws || random.percent(50)
  const value = name === 'fields' ? random.pick(FIELDS) : good ? sample(schema, name, random, world) : hostile(random)
  const list = Array.isArray(value) ? value.slice(0, 20) : [value]
  return list.map(one => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(one).toWellFormed().slice(0, 2000))}`)
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function bodyOf(operation: Operation, world: World, random: Random, flaws: boolean): string | Buffer | undefined {
  if (flaws && random.percent(15)) return random.pick(BROKEN_BODIES)
  const schema: Schema | undefined = operation.body?.['application/json']?.schema
  if (!schema) return random.percent(70) ? undefined : random.pick(['null', '{}', 'x'])
  const good =
    (random.percent(70) ? recipe(operation.id, world, random) : undefined) ?? sample(schema, '', random, world)
  return JSON.stringify(!flaws || random.percent(25) ? good : spoiled(good, random))
}

function signedRequest(target: string, random: Random): FuzzRequest {
  const spoil = random.percent(25) ? target.replace(/signature=./, 'signature=_') : target
  const ranges = ['bytes=0-', 'bytes=0-3', 'bytes=5-2', 'bytes=-2', 'bytes=99999-', 'lines=1', '']
  if (target.includes('/signed/uploads/'))
    return { method: 'PUT', target: spoil, headers: {}, body: 'x'.repeat(random.below(20)) }
  const headers: { [name: string]: string } = random.percent(60) ? { Range: random.pick(ranges) } : {}
  return { method: random.pick(['GET', 'GET', 'HEAD']), target: spoil, headers, body: undefined }
}

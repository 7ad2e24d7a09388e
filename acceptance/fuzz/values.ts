import type { Schema } from '../document.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

const LONG = 'x'.repeat(100_000)

/** Texts that programs stumble over. */
export const TEXTS = [
  '',
  ' ',
  '.',
  '..',
  '/',
  'a/b',
  'a/b/c/d/e',
  '../../etc/passwd',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202etxt.exe',
  '💩',
  'Ǆ',
  '__proto__',
  'constructor',
  'toString',
  "'; drop table files; --",
  '%00',
  '%',
  '<script>alert(1)</script>',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e400',
  '9007199254740993',
  '2024-13-45',
  '0000-00-00T00:00:00Z',
  '00000000-0000-4000-8000-000000000000',
  '000000000000000000000000',
  'x'.repeat(300),
  LONG,
]

const OTHERS: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  [],
  {},
  [[]],
  [null],
  [{}],
  { a: { b: { c: null } } },
  Array.from({ length: 2000 }, (_, index) => index),
  JSON.parse('['.repeat(60) + ']'.repeat(60)),
  JSON.parse('{"constructor": {"prototype": 1}, "hasOwnProperty": null}'),
]

/** A value that no schema expects. */
export function hostile(random: Random): unknown {
  return random.percent(50) ? random.pick(TEXTS) : random.pick(OTHERS)
}

/** What some keys mostly take. */
const WORDS: { [name: string]: string[] } = {
  action: ['run', 'RUN'],
  type: ['folder', 'FOLDER', 'USER', 'v2'],
  status: ['DRAFT', 'completed', 'RUNNING'],
  strategy: ['clone', 'direct', 'clone_direct', 'transient'],
  visibility: ['private', 'PUBLIC'],
  access_mode: ['RO', 'RW'],
  role: ['MEMBER', 'ADMIN'],
  _method: ['PATCH'],
}

/** A value of a schema; `name` is that of its key, by which the world knows real ones. */
export function sample(schema: Schema, name: string, random: Random, world: World, depth = 0): unknown {
  if (random.percent(75)) {
    const known = WORDS[name] ? random.pick(WORDS[name]) : world.value(name, random)
    if (known !== undefined && fits(schema, known)) return known
  }
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices) return sample(random.pick(choices), name, random, world, depth + 1)
  if (Array.isArray(schema.enum)) return random.pick(schema.enum)
  if ('const' in schema) return schema.const
  const type = Array.isArray(schema.type) ? random.pick(schema.type as string[]) : schema.type
  switch (type) {
    case 'object':
      return anObject(schema, random, world, depth)
    case 'array':
      return Array.from({ length: random.below(3) }, () =>
        sample((schema.items ?? {}) as Schema, name, random, world, depth + 1),
      )
    case 'integer':
    case 'number':
      return aNumber(schema, random)
    case 'boolean':
      return random.percent(50)
    case 'null':
      return null
    case 'string':
      return random.pick(['a', 'Some words', 'reads.txt', `n${random.below(1000)}`, '2024-03-05T09:41:07Z'])
    default:
      return random.pick<unknown>(['a', 1, true, null, {}, []])
  }
}

/** Keys that most calls need, whatever their schema says. */
const USUAL = ['name', 'type', 'project', 'parent', 'app', 'username', 'parts']

function anObject(schema: Schema, random: Random, world: World, depth: number): unknown {
  const properties = Object.entries((schema.properties ?? {}) as { [name: string]: Schema })
  if (properties.length === 0) return random.percent(50) ? {} : { sample_id: 'S1', word: 'hello' }
  const required = (schema.required ?? []) as string[]
  const kept = properties.filter(([name]) => required.includes(name) || USUAL.includes(name) || random.percent(35))
  const made = Object.fromEntries(kept.map(([name, inner]) => [name, sample(inner, name, random, world, depth + 1)]))
  if ('parent' in made && 'project' in made && random.percent(80)) delete made[random.pick(['parent', 'project'])]
  return made
}

function aNumber(schema: Schema, random: Random): number {
  const least = Number(schema.minimum ?? 0)
  return Math.min(least + random.below(120), Number(schema.maximum ?? Number.MAX_SAFE_INTEGER))
}

function fits({ type, anyOf }: Schema, value: unknown): boolean {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  if (Array.isArray(anyOf)) return (anyOf as Schema[]).some(choice => fits(choice, value))
  return type === undefined || [type].flat().includes(found) || (type === 'integer' && Number.isInteger(value))
}

/** The value with some of it put wrong. */
export function spoiled(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || random.percent(10)) return hostile(random)
  const result: { [key: string]: unknown } = { ...value }
  for (let count = 1 + random.below(3); count > 0; count--) {
    const keys = Object.keys(result)
    const key = keys.length > 0 && random.percent(85) ? random.pick(keys) : random.pick(['extra', 'id', '', 'a.b', '0'])
    if (random.percent(20)) delete result[key]
    else result[key] = random.percent(30) ? spoiled(result[key], random) : hostile(random)
  }
  return result
}

/** Texts that are no JSON, or JSON that is no object. */
export const BROKEN_BODIES: (string | Buffer)[] = [
  '',
  '{',
  '{"name":',
  '[1,',
  'null',
  '[]',
  '"text"',
  '7',
  'nope',
  '\uFEFF{}',
  '{"name": "a", "name": "b"}',
  '{"__proto__": {"admin": true}}',
  '{"name": "\\ud800"}',
  Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x80]),
  '['.repeat(100_000),
  `{"name": "${LONG}"}`,
  '- a\n- b: [c',
  'class: CommandLineTool\ncwlVersion: v1.2\nbaseCommand: echo\ninputs: {}\noutputs: {}\n',
]

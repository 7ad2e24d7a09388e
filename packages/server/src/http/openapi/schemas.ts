import * as contract from '@reprise/contract'
import { z } from 'zod'

export type Schema = { [keyword: string]: unknown }

/**
 * JSON schemas (2020-12) of the contract's zod schemas. Those of answers that the contract exports become components with
 * names; those of requests are written out, as the plain types: what else real clients send, such as `True` for true, is
 * taken and not described.
 */
const names = z.registry<{ id: string }>()
names.add(contract.answers.failure, { id: 'Error' })
for (const [noun, schemas] of Object.entries(contract)) {
  if (typeof schemas !== 'object' || schemas === null) continue
  for (const [name, schema] of Object.entries(schemas)) {
    if (schema instanceof z.ZodType && !names.has(schema))
      names.add(schema, { id: `${capital(noun)}.${capital(name)}` })
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

export function requestSchema(schema: z.ZodType): Schema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // `int.pipe(z.number().min(1))` is described by its first half, which knows no bounds
      const { def } = zodSchema._zod
      if (def.type !== 'pipe' || !('out' in def)) return
      const { minimum, maximum } = (def.out as z.ZodType)._zod.bag
      Object.assign(jsonSchema, { minimum, maximum })
    },
  })
  return tidy(made) as Schema
}

/** The schema of an answer: a reference to one of `components`, or written out. Those it needs are put there. */
export function answerSchema(answer: z.ZodType, components: { [name: string]: Schema }): Schema {
  const made = z.toJSONSchema(z.object({ answer }), { io: 'output', metadata: names, unrepresentable: 'any' })
  for (const [name, schema] of Object.entries(made.$defs ?? {})) components[name] ??= tidy(schema) as Schema
  return tidy(made.properties?.answer) as Schema
}

/** Without what says nothing, and with references to where components stand in the document. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([keyword, inner]) => inner !== undefined && !SILENT(keyword, inner))
  return Object.fromEntries(
    kept.map(([keyword, inner]) => [
      keyword,
      keyword === '$ref' ? String(inner).replace('#/$defs/', '#/components/schemas/') : tidy(inner),
    ]),
  )
}

const SILENT = (keyword: string, value: unknown) =>
  keyword === 'id' && typeof value === 'string'
    ? true
    : (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
      (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER)

/**
 * What `fields` may leave of an answer: any key but `href`, and any key of an object in it. Of a list it is the items.
 * `components` are looked into.
 */
export function selectionOf(schema: Schema, components: { [name: string]: Schema }): Schema {
  const { required: _, properties, ...rest } = resolve(schema, components)
  const inner = Object.entries((properties ?? {}) as { [key: string]: Schema }).map(([key, value]) => {
    const { required: _, ...loose } = resolve(value, components)
    return [key, value.$ref === undefined && value.required === undefined ? value : loose]
  })
  const always = inner.some(([key]) => key === 'href') ? ['href'] : []
  return { ...rest, ...(properties ? { properties: Object.fromEntries(inner), required: always } : {}) }
}

export function resolve(schema: Schema, components: { [name: string]: Schema }): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1)! : undefined
  return name === undefined ? schema : resolve(components[name] ?? {}, components)
}

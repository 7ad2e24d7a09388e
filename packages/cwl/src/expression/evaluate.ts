import { createHash } from 'node:crypto'
import { Budget } from '../budget.ts'
import type { Lenient } from '../leniencies.ts'
import { isFloat, typeAt } from '../model/reference-type.ts'
import type { Value } from '../values.ts'
import { draft2Globals, readDraft2 } from './draft2.ts'
import type { Asked, Evaluator } from './evaluator.ts'
import { locationsOf } from './locations.ts'
import { namedContext } from './named.ts'
import { type Context, isSymbol, parseReference, resolveReference } from './reference.ts'
import { ExpressionError, isExpression, type Part, scan, shorten } from './scan.ts'
import { floatText, jsonText } from './text.ts'

/** How the strings of one job are evaluated. */
export interface Language {
  evaluator: Evaluator
  /** InlineJavascriptRequirement: its libraries; undefined when the process may use parameter references only */
  javascript?: string[]
  /** how strings are read; as CWL v1.x does when not given */
  expressions?: 'cwl' | 'draft-2'
  /** what backslashes do; as in v1.2 when not given */
  escapes?: 'reference' | 'backslash'
  /** milliseconds since the epoch that `Date` gives, the same for all of a task */
  time: number
  /** of `Math.random`: one for each job */
  seed: number
  /** what the job may use; each string has one of its own when not given */
  budget?: Budget
  /** takes what the platform takes, and is told of it; read strictly when not given */
  lenient?: Lenient
  /** numbers that are floats with a fraction of 0 where a float is declared */
  fractions?: Set<number>
  /** those of document and inputs alone: what jobs write adds to the others as it comes */
  written?: ReadonlySet<number>
  /** who takes turns with others at the evaluator */
  turn?: string
}

/**
 * The value of a string of a document. A string that is one expression and nothing else (blanks around it don't count)
 * gives that expression's value; otherwise the values are put into the text, as JSON where they are no strings.
 * Spec: CWL v1.2 §3.4, §3.5.
 * @throws ExpressionError
 */
export async function evaluate(language: Language, text: string, context: Context): Promise<Value> {
  if (!isExpression(text)) return text
  return interpolate(language, language.expressions === 'draft-2' ? text : text.trim(), context)
}

/** As `evaluate`, with the blanks around the text kept: they belong to the contents of a file. */
export async function interpolate(language: Language, text: string, context: Context): Promise<Value> {
  if (!isExpression(text)) return text
  if (language.expressions === 'draft-2') return evaluateDraft2(language, text, context)
  const parts = scan(text, language.escapes)
  const [only] = parts
  if (parts.length === 1 && only) return only.kind === 'text' ? only.text : evaluatePart(language, only, context)
  const values = await Promise.all(
    parts.map(part => (part.kind === 'text' ? part.text : evaluatePart(language, part, context))),
  )
  return join(parts, values, language, context)
}

function join(parts: Part[], values: Value[], language: Language, context: Context): string {
  const { types } = context
  const budget = language.budget ?? new Budget()
  let length = 0
  const count = (characters: number): void => {
    length += characters
    budget.assertText(length)
  }
  const texts = values.map((value, index) => {
    if (typeof value === 'number' && types) {
      const part = parts[index]!
      const names = part.kind === 'reference' ? parseReference(part.code) : undefined
      if (names && isFloat(language, typeAt(names, types), value)) return floatText(value)
    }
    if (typeof value !== 'string') return jsonText(locationsOf(context.inputs).show(value), count)
    count(value.length)
    return value
  })
  budget.spend(length)
  return texts.join('')
}

async function evaluateDraft2(language: Language, written: string, context: Context): Promise<Value> {
  const read = readDraft2(written)
  if ('text' in read) return read.text
  const names = read.reference === undefined ? undefined : parseReference(read.reference)
  const library = language.javascript ?? []
  try {
    const known = names && tryReference(names, context)
    if (known !== undefined) return known
    const { prelude, named } = draft2Globals([...library, read.code])
    const globals = () => ({ self: 'null', ...namedContext([...library, read.code, named], context) })
    return await run(language, { library: [prelude, ...library], code: read.code, globals, sloppy: true }, context)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw new ExpressionError(`the script ${shorten(written.slice(2, -1))}: ${error.message}`)
  }
}

async function evaluatePart(language: Language, part: Part & { code: string }, context: Context): Promise<Value> {
  try {
    const names = part.kind === 'reference' ? parseReference(part.code) : undefined
    if (language.javascript === undefined) {
      if (names && (isSymbol(names[0]) || !language.lenient)) return resolveShown(names, context)
      if (!language.lenient) {
        throw new ExpressionError('is no parameter reference, and JavaScript needs InlineJavascriptRequirement')
      }
      const value = await runJavascript(language, [], part, context)
      language.lenient('javascript', `${shownPart(part)} is JavaScript without InlineJavascriptRequirement`)
      return value
    }
    return (
      (names && tryReference(names, context)) ?? (await runJavascript(language, language.javascript, part, context))
    )
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw new ExpressionError(`${shownPart(part)}: ${error.message}`)
  }
}

function shownPart(part: Part & { code: string }): string {
  return part.kind === 'reference' ? `$(${shorten(part.code)})` : `\${${shorten(part.code)}}`
}

/** Undefined where JavaScript has to say what it means, such as a property that does not exist. */
function tryReference(names: (string | number)[], context: Context): Value | undefined {
  try {
    return resolveShown(names, context) ?? undefined
  } catch {
    return undefined
  }
}

/** A location by itself is what expressions may see of it; a File keeps the host's. */
function resolveShown(names: (string | number)[], context: Context): Value {
  const value = resolveReference(names, context)
  if (names.at(-1) !== 'location' || typeof value !== 'string') return value
  const locations = locationsOf(context.inputs)
  return resolveReference(names, {
    ...context,
    inputs: locations.inputs(),
    self: locations.show(context.self ?? null),
  })
}

async function runJavascript(
  language: Language,
  library: string[],
  part: Part & { code: string },
  context: Context,
): Promise<Value> {
  const code = part.kind === 'reference' ? `(${part.code}\n)` : `(function () {${part.code}\n})()`
  const asked = { library, code, globals: () => namedContext([...library, part.code], context) }
  try {
    return await run(language, asked, context)
  } catch (error) {
    if (!language.lenient || !(error instanceof ExpressionError) || !error.isStrict) throw error
    const value = await run(language, { ...asked, sloppy: true }, context).catch(() => {
      throw error
    })
    language.lenient('plainJavascript', `${shownPart(part)} fails as strict JavaScript (${error.message})`)
    return value
  }
}

async function run(language: Language, code: Omit<Asked, 'time' | 'seed' | 'turn'>, context: Context): Promise<Value> {
  const { evaluator, time, seed, turn, budget } = language
  const made = (await evaluator.evaluate({ ...code, time, seed, turn })) as Value
  const value = locationsOf(context.inputs).hide(made)
  budget?.spendValue(value)
  return value
}

/** A number for `Math.random` out of the task's seed and the job's path. */
export function seedOf(seed: string, path: string): number {
  return createHash('sha1').update(`${seed}\n${path}`).digest().readUInt32BE(0)
}

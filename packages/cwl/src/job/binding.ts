import { Budget, sizeOf } from '../budget.ts'
import { evaluate, type Language } from '../expression/evaluate.ts'
import type { Context } from '../expression/reference.ts'
import { floatText, numberText, shown } from '../expression/text.ts'
import { isEntry, isRecord, uriOf, valueAt } from '../files.ts'
import { memberFor } from '../model/check.ts'
import type { CommandLineBinding, CommandLineTool, Type } from '../model/process.ts'
import { isFloat, typeOfText } from '../model/reference-type.ts'
import { MEANING } from '../model/version.ts'
import { inParts } from '../parts.ts'
import type { Value } from '../values.ts'

/**
 * The command line of a tool. Every argument and every bound input becomes one or more bindings with a sort key: position
 * and then index (arguments) or name (inputs), continued for what lies inside arrays and records. They are sorted by the
 * whole key, numbers before names, and each gives its words. CWL v1.2 CommandLineTool §4.1 (Input binding)
 */
export async function commandLine(tool: CommandLineTool, language: Language, context: Context): Promise<string[]> {
  const words = await boundWords(tool, language, context)
  return [...tool.baseCommand, ...words.map(word => word.text)]
}

/**
 * The same as one line for a shell: words are quoted unless their binding says `shellQuote: false`. In draft-2 nothing is,
 * and the base command may hold scripts.
 */
export async function shellLine(tool: CommandLineTool, language: Language, context: Context): Promise<string> {
  const words = await boundWords(tool, language, context)
  if (MEANING[tool.version].command === 'line') {
    const base = await Promise.all(tool.baseCommand.map(part => evaluate(language, part, context)))
    const parts = base.flatMap(part => wordsOf({}, part, true))
    return joined(
      [...parts, ...words.map(word => word.text)].filter(part => part !== ''),
      language,
    )
  }
  const budget = language.budget ?? new Budget()
  const rest = words.map(word => (word.quote ? quote(word.text, length => budget.spend(length)) : word.text))
  return joined([...tool.baseCommand.map(word => quote(word)), ...rest], language)
}

function joined(words: string[], { budget = new Budget() }: Language): string {
  budget.spend(words.reduce((sum, word) => sum + word.length + 1, 0))
  return words.join(' ')
}

interface Word {
  text: string
  quote: boolean
}

type Key = (number | string)[]

interface Bound {
  key: Key
  binding: CommandLineBinding
  value: Value
  /** of the value */
  type?: Type
  isArgument: boolean
}

async function boundWords(tool: CommandLineTool, language: Language, context: Context): Promise<Word[]> {
  const binder = new Binder(language, context)
  const bound: Bound[] = []
  for (const [index, binding] of tool.arguments.entries()) {
    const key = [await binder.position(binding, null), index]
    bound.push({ key, binding, value: null, isArgument: true })
  }
  for (const input of tool.inputs) {
    const value = valueAt(context.inputs, input.id)
    const unset = value === null && MEANING[tool.version].command === 'line' ? input.inputBinding : undefined
    if (typeof unset?.valueFrom === 'string') {
      const key = [await binder.position(unset, value), input.id]
      bound.push({ key, binding: unset, value, isArgument: true })
    }
    if (value === null) continue
    for (const each of await binder.bind(input.type, input.inputBinding, value, [], [input.id])) bound.push(each)
  }
  bound.sort((a, b) => compareKeys(a.key, b.key))
  return (await inParts(bound, item => binder.wordsOfBinding(item))).flat()
}

class Binder {
  readonly #language: Language
  readonly #context: Context
  readonly #budget: Budget

  constructor(language: Language, context: Context) {
    this.#language = language
    this.#context = context
    this.#budget = language.budget ?? new Budget()
  }

  async position(binding: CommandLineBinding, self: Value): Promise<number> {
    if (typeof binding.position !== 'string') return binding.position ?? 0
    const value = await evaluate(this.#language, binding.position, { ...this.#context, self })
    if (value === null) return 0
    if (typeof value === 'number') return value
    throw new Error(`a position must be a number, not ${shown(value)}`)
  }

  /** A value's own binding and those inside it; `lead` and `tail` stand around its position in the sort key. */
  async bind(type: Type, own: CommandLineBinding | undefined, value: Value, lead: Key, tail: Key): Promise<Bound[]> {
    const member = narrow(memberFor(type, value), value)
    const key: Key = own ? [...lead, await this.position(own, value), ...tail] : []
    const inside = own?.valueFrom === undefined ? await this.#inside(member, own, value, lead, tail) : []
    for (const bound of inside) bound.key = [...key, ...bound.key]
    if (own) inside.push({ key, binding: own, value, type: member, isArgument: false })
    return inside
  }

  async #inside(type: Type, own: CommandLineBinding | undefined, value: Value, lead: Key, tail: Key): Promise<Bound[]> {
    if (type.kind === 'array' && Array.isArray(value)) return this.#items(type, own, value, lead, tail)
    if (type.kind === 'record' && isRecord(value)) {
      const bound: Bound[] = []
      for (const field of type.fields) {
        const item = valueAt(value, field.id)
        if (item === null) continue
        for (const each of await this.bind(field.type, field.inputBinding, item, lead, [field.id])) bound.push(each)
      }
      return this.#around(type.inputBinding, value, bound, lead, tail)
    }
    return type.kind === 'enum' ? this.#around(type.inputBinding, value, [], lead, tail) : []
  }

  /** Adds a type's own binding to what is bound inside. */
  async #around(own: CommandLineBinding | undefined, value: Value, inside: Bound[], lead: Key, tail: Key) {
    if (!own) return inside
    const key = [...lead, await this.position(own, value), ...tail]
    const kept = own.valueFrom === undefined ? inside : []
    for (const bound of kept) bound.key = [...key, ...bound.key]
    return [...kept, { key, binding: own, value, isArgument: false }]
  }

  /** Items of an array are bound one by one, by the binding of the array's type; an `itemSeparator` outside joins them. */
  async #items(
    type: Type & { kind: 'array' },
    own: CommandLineBinding | undefined,
    items: Value[],
    lead: Key,
    tail: Key,
  ) {
    const inside = own?.prefixEach ? { prefix: own.prefix, separate: own.separate } : {}
    const each = type.inputBinding
      ? { ...inside, ...type.inputBinding }
      : own && own.itemSeparator === undefined
        ? inside
        : undefined
    const key: Key = each ? [...lead, await this.position(each, items), ...tail] : []
    const bound: Bound[] = []
    this.#budget.spend(0, items.length)
    for (const [index, item] of items.entries()) {
      const words = await this.bind(type.items, each, item, [index, ...key.slice(0, -tail.length)], tail)
      for (const word of words) bound.push(word)
    }
    return bound
  }

  async wordsOfBinding({ binding, value, type, isArgument }: Bound): Promise<Word[]> {
    if (binding.valueFrom === null) return []
    const evaluated = binding.valueFrom !== undefined && (isArgument || value !== null)
    const { types } = this.#context
    const seen = evaluated ? { ...this.#context, self: value, types: types && { ...types, self: type } } : this.#context
    const result = evaluated ? await evaluate(this.#language, binding.valueFrom!, seen) : value
    const resultType = evaluated ? typeOfText(binding.valueFrom!, seen.types, this.#language.escapes) : type
    this.#budget.spend(lengthOf(binding, result, this.#budget.limits.jobBytes), 1)
    const texts = wordsOf(binding, result, evaluated, this.#language, resultType)
    return texts.map(text => ({ text, quote: binding.shellQuote ?? true }))
  }
}

/** `Any` is taken for what the value is. */
function narrow(type: Type, value: Value): Type {
  return type.kind === 'Any' && Array.isArray(value) ? { kind: 'array', items: { kind: 'Any' } } : type
}

/** About how many characters the words have that a value becomes; the count ends when they are more than `most`. */
function lengthOf({ prefix = '', itemSeparator = '' }: CommandLineBinding, value: Value, most: number): number {
  if (!Array.isArray(value)) return (isRecord(value) && !isEntry(value) ? 0 : wordLength(value, most)) + prefix.length
  const between = Math.max(itemSeparator.length, prefix.length)
  let length = 0
  for (const item of value) {
    length += wordLength(item, most) + between
    if (length > most) break
  }
  return length
}

function wordLength(value: Value, most: number): number {
  if (typeof value === 'string') return value.length
  if (isEntry(value)) return value.path?.length ?? 0
  if (typeof value !== 'object') return 0
  const { bytes, values } = sizeOf(value, { bytes: most, values: most })
  return bytes + values
}

function wordsOf(
  binding: CommandLineBinding,
  value: Value,
  evaluated: boolean,
  language: Pick<Language, 'fractions'> = {},
  type?: Type,
): string[] {
  const { prefix, itemSeparator, prefixEach } = binding
  const alone = prefix === undefined || (prefixEach && Array.isArray(value)) ? [] : [prefix]
  if (value === null || value === false) return []
  if (value === true) return alone
  if (!Array.isArray(value))
    return isRecord(value) && !isEntry(value) ? alone : withPrefix(binding, [wordOf(value, language, type)])
  if (value.length === 0) return []
  const items = itemsOf(type, value)
  const word = (item: Value) => wordOf(item, language, items)
  if (itemSeparator !== undefined) return withPrefix(binding, [value.map(word).join(itemSeparator)])
  if (evaluated && prefixEach) return value.flatMap(item => withPrefix(binding, [word(item)]))
  return evaluated ? withPrefix(binding, value.map(word)) : alone
}

function withPrefix({ prefix, separate }: CommandLineBinding, words: string[]): string[] {
  if (prefix === undefined) return words
  return (separate ?? true) ? [prefix, ...words] : [prefix + words[0], ...words.slice(1)]
}

function itemsOf(type: Type | undefined, value: Value[]): Type | undefined {
  const member = type && memberFor(type, value)
  return member?.kind === 'array' ? member.items : undefined
}

function wordOf(value: Value, language: Pick<Language, 'fractions'>, type?: Type): string {
  if (isEntry(value)) return value.path ?? ''
  if (typeof value === 'number') return isFloat(language, type, value) ? floatText(value) : numberText(value)
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? value : JSON.stringify(value, withShownLocations)
}

function withShownLocations(this: { path?: unknown }, key: string, value: unknown): unknown {
  return key === 'location' && typeof this.path === 'string' ? uriOf(this.path) : value
}

function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i]!, b[i]!]
    if (left === right) continue
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}

/**
 * A word as a shell takes it for one.
 * @param count is told how long it becomes, before it is made
 */
export function quote(word: string, count: (characters: number) => void = () => undefined): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  let quotes = 0
  for (let at = word.indexOf("'"); at >= 0; at = word.indexOf("'", at + 1)) quotes++
  count(word.length + 2 + 4 * quotes)
  return `'${word.replaceAll("'", `'"'"'`)}'`
}

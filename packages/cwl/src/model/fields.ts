import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { isFull } from '../problem.ts'
import { RULES } from '../rules.ts'
import { checkExpression } from './expressions.ts'
import type { Field, Grammar, Kind } from './grammar.ts'
import { nearest } from './names.ts'
import { asList, kindOf, reportProblem, type Scope } from './scope.ts'
import { hasSince } from './version.ts'

/**
 * Holds a map against its grammar: fields that are missing, unknown, newer than the document, or of another kind than they
 * must be, and the expressions in them. Who reads the map then takes what is right and passes over the rest in silence.
 * Keys of other namespaces are left alone.
 */
export function checkFields(scope: Scope, map: TreeMap, grammar: Grammar): void {
  for (const [key, value] of Object.entries(map)) {
    const field = Object.hasOwn(grammar.fields, key) ? grammar.fields[key] : undefined
    if (field) checkField(scope, map, key, value, field)
    else if (!key.includes(':')) {
      const near = isFull(scope.problems) ? undefined : nearest(key, Object.keys(grammar.fields))
      reportProblem(scope, RULES.unknownField(grammar.what, key, near), map, key)
    }
  }
  for (const [key, field] of Object.entries(grammar.fields)) {
    if (field.required && isNothing(map[key])) reportProblem(scope, RULES.missingField(grammar.what, key), map)
  }
}

function checkField(scope: Scope, map: TreeMap, key: string, value: Tree, field: Field): void {
  if (isNothing(value)) return
  if (field.since && !hasSince(scope.version, field.since)) {
    const finding = field.strict ? RULES.tooNew(key, field.since) : RULES.newer(key, field.since, scope.version)
    reportProblem(scope, finding, map, key)
  }
  checkKind(scope, map, key, value, field.kind)
}

function checkKind(scope: Scope, map: TreeMap, key: string, value: Tree, kind: Kind): void {
  if (typeof kind !== 'string') {
    if (typeof value === 'string' && kind.includes(value)) return
    const near = typeof value === 'string' ? nearest(value, kind) : undefined
    reportProblem(scope, RULES.notOneOf(key, kind.join(', '), kindOf(value), near), map, key)
    return
  }
  const { expected, fits } = KINDS[kind]
  if (!fits(value)) reportProblem(scope, RULES.wrongKind(key, expected, foundIn(value, fits)), map, key)
  else if (kind.toLowerCase().includes('expression')) {
    if (typeof value === 'string') checkExpression(scope, value, key, map)
    for (const [index, item] of Array.isArray(value) ? value.entries() : []) {
      if (typeof item === 'string') checkExpression(scope, item, key, value as Tree[], index)
    }
  }
}

const isText = (value: Tree) => typeof value === 'string'
/** YAML reads `prefix: 1` as a number; in a list of words that is as good as a text. */
const isPlain = (value: Tree) => ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
const isWhole = (value: Tree) => Number.isInteger(value)
const isEvaluated = (value: Tree) => typeof value === 'string' && isExpression(value)

const KINDS: { [kind in Extract<Kind, string>]: { expected: string; fits: (value: Tree) => boolean } } = {
  text: { expected: 'a string', fits: isText },
  prose: { expected: 'a string or a list of strings', fits: value => asList(value).every(isPlain) },
  texts: { expected: 'a string or a list of strings', fits: value => asList(value).every(isPlain) },
  flag: { expected: 'true or false', fits: value => typeof value === 'boolean' },
  number: { expected: 'a number', fits: value => typeof value === 'number' },
  codes: { expected: 'a list of whole numbers', fits: value => asList(value).every(isWhole) },
  map: { expected: 'a map', fits: isMap },
  // a list of one may be written without brackets
  list: { expected: 'a list', fits: value => typeof value === 'object' || isText(value) },
  expression: { expected: 'a string or an expression', fits: isPlain },
  expressions: { expected: 'a string or a list of strings', fits: value => asList(value).every(isPlain) },
  flagOrExpression: {
    expected: 'true, false or an expression',
    fits: value => typeof value === 'boolean' || isEvaluated(value),
  },
  numberOrExpression: {
    expected: 'a number or an expression',
    fits: value => typeof value === 'number' || isEvaluated(value),
  },
  any: { expected: 'anything', fits: () => true },
}

/** Of a list, the first thing in it that is not right. */
function foundIn(value: Tree, fits: (value: Tree) => boolean): string {
  const wrong = Array.isArray(value) ? value.find(item => !fits(item)) : undefined
  return wrong === undefined ? kindOf(value) : `a list with ${kindOf(wrong)} in it`
}

function isNothing(value: Tree | undefined): value is null | undefined {
  return value === undefined || value === null
}

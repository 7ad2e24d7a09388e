import type { Tree, TreeMap } from '../document/tree.ts'
import { parseReference } from '../expression/reference.ts'
import { ExpressionError, isExpression, type Part, scan, shorten } from '../expression/scan.ts'
import { type Finding, RULES } from '../rules.ts'
import { nearest } from './names.ts'
import { reportProblem, type Scope } from './scope.ts'
import { MEANING } from './version.ts'

const SYMBOLS = ['inputs', 'self', 'runtime', 'null']
const RUNTIME = ['outdir', 'tmpdir', 'cores', 'ram', 'outdirSize', 'tmpdirSize']

/**
 * What can be known about the expressions of a string without evaluating them: that each is closed, that JavaScript is
 * allowed, and that the first name of a plain parameter reference exists. What JavaScript says is left to the run.
 */
export function checkExpression(
  scope: Scope,
  text: string,
  field: string,
  node: TreeMap | Tree[],
  key: string | number = field,
): void {
  const tell = (finding: Finding) => reportProblem(scope, finding, node, key)
  // a string of draft-2 is a text or JavaScript
  if (!isExpression(text) || scope.expressions === 'draft-2') return
  try {
    for (const part of scan(text, MEANING[scope.version].escapes)) {
      if (part.kind !== 'text') checkPart(scope, part, field, tell)
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    tell(RULES.badExpression(field, error.message))
  }
}

function checkPart(scope: Scope, part: Part & { code: string }, field: string, tell: (finding: Finding) => void): void {
  const hasJavascript = scope.features.has('InlineJavascriptRequirement')
  const shown = part.kind === 'reference' ? `$(${shorten(part.code)})` : `\${${shorten(part.code)}}`
  const [symbol, name] = (part.kind === 'reference' ? parseReference(part.code) : undefined) ?? []
  if (symbol === undefined || /^(true|false|[0-9]+)$/.test(String(symbol))) {
    if (!hasJavascript) tell((scope.strict ? RULES.javascript : RULES.needsJavascript)(field, shown))
    return
  }
  if (!SYMBOLS.includes(String(symbol))) {
    // with JavaScript it may be anything that a library defines
    if (!hasJavascript) {
      tell(RULES.noSuchName(field, shown, String(symbol), nearest(String(symbol), SYMBOLS)))
    }
    return
  }
  const known = symbol === 'inputs' ? scope.inputs : symbol === 'runtime' ? runtimeIn(scope) : undefined
  if (known === undefined || typeof name !== 'string' || known.has(name)) return
  const finding = hasJavascript ? RULES.undefinedName : RULES.noSuchName
  const near = nearest(name, known)
  tell(finding(field, shown, `${symbol}.${name}`, near && `${symbol}.${near}`))
}

function runtimeIn({ version }: Scope): Set<string> {
  return new Set(MEANING[version].exitCode ? [...RUNTIME, 'exitCode'] : RUNTIME)
}

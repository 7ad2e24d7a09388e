import { isMap, type Tree, type TreeMap } from '../document/tree.ts'

/**
 * Scripts of draft-2 as strings. There a string is always plain text and a script is a map, so in a converted process a
 * string is either wholly a text or wholly one script: `${…}` with a function's body, or `$(…)` with a program whose last
 * value counts. A text that begins like a script gets a backslash before it. Read again by expression/draft2.ts.
 */
export function scriptText(tree: Tree): Tree {
  if (isScript(tree)) return wrapped(String(tree.script).trim(), tree.engine)
  return typeof tree === 'string' && /^\\*\$[({]/.test(tree) ? `\\${tree}` : tree
}

/** True for `class: Expression`, which may be left out where an engine is named. */
export function isScript(tree: Tree | undefined): tree is TreeMap {
  return isMap(tree) && typeof tree.script === 'string' && (tree.class === 'Expression' || tree.engine !== undefined)
}

function wrapped(script: string, engine: Tree | undefined): string {
  if (engine === 'cwl:JsonPointer') return `$(${pointed(script)})`
  return script.startsWith('{') ? `\${${script}\n}` : `$(${script}\n)`
}

/** `/job/reads/path` → `$job["reads"]["path"]`, `context/0` → `$self[0]` (RFC 6901, with or without the first slash). */
function pointed(pointer: string): string {
  const [symbol, ...names] = pointer
    .replace(/^\//, '')
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return [
    symbol === 'context' ? '$self' : '$job',
    ...names.map(name => (/^\d+$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]`)),
  ].join('')
}

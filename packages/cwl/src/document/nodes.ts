import { type LineCounter, type Node, parseDocument } from 'yaml'
import { composeAsPython } from './python/compose.ts'
import { LayoutError } from './python/cursor.ts'

interface Finding {
  message: string
  offset: number
}

export interface Nodes {
  root: Node | null
  /** the text can't be read: the first reason why */
  fault?: Finding
  /** it was read as Python's readers do; the first offset that YAML 1.2 has something against */
  loose?: number
}

/**
 * YAML to nodes by the package `yaml`. What it refuses is read once more as PyYAML and ruamel.yaml do, which most published
 * workflows were tried with (docs/decisions/0013-python-yaml.md). Of a text that both refuse one reason is given, though
 * `yaml` may see hundreds behind the first: that of the reader which came further, since the other stopped at something
 * that can be read.
 * @param lines is told where lines begin
 */
export function readNodes(text: string, lines: LineCounter): Nodes {
  let document: ReturnType<typeof parseDocument>
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  } catch (error) {
    if (error instanceof RangeError) return { root: null, fault: { message: DEEP, offset: 0 } }
    throw error
  }
  const first = firstOf(document.errors.map(error => ({ message: reasonOf(error), offset: error.pos[0] })))
  if (!first) return { root: document.contents as Node | null }
  try {
    return { root: composeAsPython(text), loose: first.offset }
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error
    return { root: null, fault: error.offset < first.offset ? first : error }
  }
}

const DEEP = 'nested too deeply'

/** The reader's stack ends before our own bound on depth is reached. */
function reasonOf(error: Error): string {
  return error.message.includes('call stack') ? DEEP : error.message
}

function firstOf(findings: Finding[]): Finding | undefined {
  let first: Finding | undefined
  for (const finding of findings) if (!first || finding.offset < first.offset) first = finding
  return first
}

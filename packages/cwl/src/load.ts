import { messageOf } from './document/expand.ts'
import { type Fetcher, resolveUri, withoutFragment } from './document/fetch.ts'
import { Library } from './document/library.ts'
import { isMap, placeOf } from './document/tree.ts'
import { readOntology } from './model/ontology.ts'
import type { Process } from './model/process.ts'
import { graphIds, readAt } from './model/read.ts'
import { newWork } from './model/scope.ts'
import { inOrder, type Problem } from './problem.ts'
import { RULES } from './rules.ts'

export interface LoadOptions {
  /** names the document in messages; its references are relative to it; a fragment selects a process of it */
  uri: string
  /** the document, when it is not to be fetched */
  text?: string
  fetcher: Fetcher
  /** id of the process to take out of a `$graph`; `main` when not given */
  main?: string
  /** check every process of a `$graph`, also those that the chosen one does not run */
  whole?: boolean
}

export interface Loaded {
  /** everything embedded and resolved; missing when a problem is an error */
  process?: Process
  /** all that was found, errors and warnings */
  problems: Problem[]
  /** the document as plain values, with imports in their place */
  document: unknown
  /** the text is no YAML or JSON at all */
  syntax?: boolean
}

/** Reads a document into a process that can be run, or says what is wrong with it. Never throws for a bad document. */
export async function loadProcess(options: LoadOptions): Promise<Loaded> {
  const uri = withoutFragment(options.uri)
  const library = new Library(options.fetcher)
  await library.open(uri, options.text)
  const document = library.document(uri)
  const { problems } = library
  if (library.syntax) return { problems, document, syntax: true }
  // what is missing would be told again wherever it is needed
  if (library.torn) return { problems: inOrder(problems), document }
  const target = options.main === undefined ? options.uri : `${uri}#${options.main.replace(/^#/, '')}`
  const scope = { library, problems, running: [], features: new Set<string>(), work: newWork() }
  const ids = options.whole ? graphIds(document) : []
  const chosen = target === uri ? `${uri}#main` : target
  for (const id of ids) if (`${uri}#${id}` !== chosen) readAt(scope, `${uri}#${id}`)
  // a document of tools to choose from has no main process, and may well be right
  const process =
    ids.length > 0 && target === uri && !ids.includes('main') ? undefined : readAt({ ...scope, alone: true }, target)
  const formats = await readFormats(library, problems)
  const found = inOrder(problems)
  if (!process || found.some(isFatal)) return { problems: found, document }
  return { process: formats ? { ...process, formats } : process, problems: found, document }
}

/** What only this engine can't do is told here, and refused as such by who runs the process. */
function isFatal({ severity, rule }: Problem): boolean {
  return severity === 'error' && rule !== RULES.unsupported('').rule
}

type Formats = NonNullable<Process['formats']>

/**
 * The ontologies of `$schemas`. One that can't be had is a warning: formats are then compared by equality. Those on the web,
 * which most published documents name and nobody here fetches, are one warning for each load.
 */
async function readFormats(library: Library, problems: Problem[]): Promise<Formats | undefined> {
  let formats: Formats | undefined
  let isToldOfWeb = false
  for (const [uri, document] of library.documents) {
    if (!isMap(document) || !Array.isArray(document.$schemas)) continue
    formats ??= {}
    for (const [index, schema] of document.$schemas.entries()) {
      const target = resolveUri(String(schema), uri)
      try {
        readOntology(await library.text(target), formats)
      } catch (error) {
        const isOnWeb = /^(https?|ftp):/.test(target)
        if (isOnWeb && isToldOfWeb) continue
        isToldOfWeb ||= isOnWeb
        const finding = isOnWeb ? RULES.schemaOnWeb(messageOf(error)) : RULES.noSchema(messageOf(error))
        problems.push({ ...finding, field: '$schemas', ...placeOf(document.$schemas, index) })
      }
    }
  }
  return formats
}

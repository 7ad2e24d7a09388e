import { messageOf } from './document/expand.ts'
import { type Fetcher, noFetcher, resolveUri, withoutFragment } from './document/fetch.ts'
import { Library } from './document/library.ts'
import { isMap, positionOf, type Tree } from './document/tree.ts'
import { readOntology } from './model/ontology.ts'
import type { Process, Requirement } from './model/process.ts'
import { graphIds, readAt } from './model/read.ts'
import { readRequirements } from './model/read-requirements.ts'
import { newWork, type Scope } from './model/scope.ts'
import { type Problem, sortedProblems } from './problem.ts'
import { RULES } from './rules.ts'

export interface LoadOptions {
  /** names the document in messages; its references are relative to it; a fragment selects a process of it */
  uri: string
  /** the document, when it is not to be fetched */
  text?: string
  fetcher: Fetcher
  /** id of the process to take out of a `$graph`; `main` when not given */
  main?: string
  /** read as the standard says and no more: none of the platform's leniencies (leniencies.ts) */
  strict?: boolean
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
  if (library.torn) return { problems: sortedProblems(problems), document }
  const target = options.main === undefined ? options.uri : `${uri}#${options.main.replace(/^#/, '')}`
  const scope = {
    library,
    problems,
    running: [],
    features: new Set<string>(),
    work: newWork(),
    strict: options.strict ?? false,
  }
  const ids = options.whole ? graphIds(document) : []
  const chosen = target === uri ? `${uri}#main` : target
  for (const id of ids) if (`${uri}#${id}` !== chosen) readAt(scope, `${uri}#${id}`)
  // a document of tools to choose from has no main process, and may well be right
  const process =
    ids.length > 0 && target === uri && !ids.includes('main') ? undefined : readAt({ ...scope, alone: true }, target)
  const formats = await readFormats(library, problems)
  const found = sortedProblems(problems)
  if (!process || found.some(isFatal)) return { problems: found, document }
  const fractions = [...library.fractions]
  const more = { ...(formats ? { formats } : {}), ...(fractions.length > 0 ? { fractions } : {}) }
  return { process: { ...process, ...more }, problems: found, document }
}

/**
 * Requirements that stand by themselves, as in a job's `cwl:requirements`: written in any form that a document may have.
 * @param process what they are for; its inputs are those that their expressions speak of
 * @param uri of the document that they are written in
 */
export function loadRequirements(
  written: unknown,
  process: Process,
  uri: string,
): { requirements: Requirement[]; problems: Problem[] } {
  const problems: Problem[] = []
  const scope: Scope = {
    library: new Library(noFetcher),
    uri,
    version: process.version === 'draft-2' ? 'v1.2' : process.version,
    namespaces: {},
    types: new Map(),
    problems,
    running: [],
    features: new Set(['InlineJavascriptRequirement']),
    inputs: new Set(process.inputs.map(input => input.id)),
    work: newWork(),
    strict: false,
  }
  const requirements = readRequirements(scope, { requirements: (written ?? null) as Tree }, 'requirements')
  return { requirements, problems: sortedProblems(problems) }
}

/** Errors with which there is a process all the same. */
const NOT_FATAL = [
  // what only this engine can't do is refused as such by who runs it
  RULES.unsupported('').rule,
  // a run that gives a value goes well
  RULES.failingDefault('').rule,
]

function isFatal({ severity, rule = '' }: Problem): boolean {
  return severity === 'error' && !NOT_FATAL.includes(rule)
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
        problems.push({ ...finding, field: '$schemas', ...positionOf(document.$schemas, index) })
      }
    }
  }
  return formats
}

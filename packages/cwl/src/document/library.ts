import { fractionsIn } from '../fractions.ts'
import { LIMITS } from '../limits.ts'
import { addProblem, DocumentError, type Problem } from '../problem.ts'
import { mayBeOld, modernDocument, modernImports } from '../upgrade/imports.ts'
import { expand, messageOf, type References } from './expand.ts'
import { type Fetcher, resolveUri, splitFragment, withoutFragment } from './fetch.ts'
import { parseTree } from './parse.ts'
import { isMap, positionOf, type Tree, type TreeMap, uriOf } from './tree.ts'

/**
 * All documents that one document needs, read and expanded: its imports and includes, and what its steps run, to any
 * depth. After `open` everything can be looked up without waiting. Each document is read once; their number and the
 * text of all of them together are bounded.
 */
export class Library {
  readonly problems: Problem[] = []
  /** numbers that the texts write with a fraction of 0 */
  readonly fractions = new Set<number>()
  /** the first document is no YAML or JSON at all */
  syntax = false
  /** a document that is imported is none, so that what imports it has holes */
  torn = false
  readonly #fetcher: Fetcher
  readonly #documents = new Map<string, Tree>()
  readonly #importing = new Set<string>()
  #characters = 0
  #reads = 0

  constructor(fetcher: Fetcher) {
    this.#fetcher = fetcher
  }

  get fetcher(): Fetcher {
    return this.#fetcher
  }

  /** Reads the document and everything it refers to; `text` is its text when it is at hand already. */
  async open(uri: string, text?: string): Promise<void> {
    try {
      const read = text === undefined ? await this.#read(uri) : this.#count(text)
      this.#documents.set(uri, modernDocument(this.#parse(read, uri)))
    } catch (error) {
      this.syntax = true
      for (const problem of problemsOf(error)) addProblem(this.problems, problem)
      return
    }
    await this.#complete(uri)
  }

  document(uri: string): Tree | undefined {
    return this.#documents.get(withoutFragment(uri))
  }

  get documents(): Iterable<[uri: string, document: Tree]> {
    return this.#documents
  }

  /** The text of a file that the document names and that is no CWL, such as an ontology. */
  async text(uri: string): Promise<string> {
    return uri.startsWith('data:') ? (await fetch(uri)).text() : this.#read(uri)
  }

  async #complete(uri: string): Promise<void> {
    const document = this.#documents.get(uri) ?? null
    const tree = await expand(document, uri, this.#references(mayBeOld(document)), this.problems)
    this.#documents.set(uri, tree)
    for (const { step, base } of runs(tree, uri)) {
      const target = withoutFragment(resolveUri(String(step.run), base))
      if (this.#documents.has(target)) continue
      try {
        this.#documents.set(target, modernDocument(this.#parse(await this.#read(target), target)))
      } catch (error) {
        this.#documents.set(target, null)
        const found = error instanceof DocumentError ? error.problems : [located(error, step)]
        for (const problem of found) addProblem(this.problems, problem)
        continue
      }
      await this.#complete(target)
    }
  }

  /** @param old the document that refers may be one of draft-2 */
  #references(old: boolean): References {
    return { tree: target => this.#import(target, old), text: target => this.#read(target) }
  }

  async #import(uri: string, old: boolean): Promise<Tree> {
    const [file, fragment] = splitFragment(uri)
    if (this.#importing.has(file)) throw new Error(`${file} imports itself`)
    if (this.#importing.size >= LIMITS.imports)
      throw new Error(`documents import one another more than ${LIMITS.imports} levels deep`)
    this.#importing.add(file)
    try {
      const document = this.#parseImported(await this.#read(file), file)
      const isOld = old && mayBeOldPart(document)
      if (isOld) modernImports(document)
      const tree = await expand(document, file, this.#references(isOld), this.problems)
      return fragment === undefined ? tree : (findById(tree, fragment) ?? notThere(uri))
    } finally {
      this.#importing.delete(file)
    }
  }

  #parseImported(text: string, uri: string): Tree {
    try {
      return this.#parse(text, uri)
    } catch (error) {
      this.torn = true
      throw error
    }
  }

  #parse(text: string, uri: string): Tree {
    fractionsIn(text, this.fractions)
    return parseTree(text, uri, problem => addProblem(this.problems, problem))
  }

  async #read(uri: string): Promise<string> {
    if (++this.#reads > LIMITS.documents) throw new Error(`more than ${LIMITS.documents} documents are referred to`)
    return this.#count(await this.#fetcher.read(withoutFragment(uri)))
  }

  #count(text: string): string {
    this.#characters += text.length
    if (this.#characters > LIMITS.documentText)
      throw new Error(`the documents have more than ${LIMITS.documentText} characters`)
    return text
  }
}

/** A list of entries has no version of its own. */
function mayBeOldPart(tree: Tree): boolean {
  return Array.isArray(tree) || mayBeOld(tree)
}

function located(error: unknown, step: TreeMap): Problem {
  return { message: `run: ${messageOf(error)}`, severity: 'error', field: 'run', ...positionOf(step, 'run') }
}

function problemsOf(error: unknown): Problem[] {
  return error instanceof DocumentError ? error.problems : [{ message: messageOf(error), severity: 'error' }]
}

function notThere(uri: string): never {
  throw new Error(`nothing in the document has the id of ${uri}`)
}

/** Every step that runs another process by reference, in this document and what is embedded in it. */
function* runs(tree: Tree | undefined, base: string): Generator<{ step: TreeMap; base: string }> {
  if (!isMap(tree)) return
  for (const process of mapsIn(tree.$graph)) yield* runs(process, base)
  for (const step of mapsIn(tree.steps)) {
    // what was imported refers from its own place
    if (typeof step.run === 'string') yield { step, base: uriOf(step) ?? base }
    else yield* runs(step.run, base)
  }
}

/** The maps of a list, or of a map from name to entry. */
function mapsIn(tree: Tree | undefined): TreeMap[] {
  return typeof tree === 'object' && tree !== null ? Object.values(tree).filter(isMap) : []
}

/** The first map at any depth whose `id` or `name` has this fragment. */
export function findById(tree: Tree, fragment: string): TreeMap | undefined {
  if (typeof tree !== 'object' || tree === null) return undefined
  if (isMap(tree)) {
    for (const id of [tree.id, tree.name]) {
      if (typeof id === 'string' && (id === fragment || id.slice(id.indexOf('#') + 1) === fragment)) return tree
    }
  }
  for (const value of Object.values(tree)) {
    const found = findById(value, fragment)
    if (found) return found
  }
  return undefined
}

import { type Fetcher, resolveUri, splitFragment, withoutFragment } from '../document/fetch.ts'
import { Library } from '../document/library.ts'
import { isMap, put, type Tree, type TreeMap, uriOf } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { secondaryName } from '../files.ts'
import { findProcess } from '../model/read.ts'
import { isExtension } from '../model/scope.ts'
import { DocumentError } from '../problem.ts'
import { addCompanion, failure, makeLiteral, type Named } from './literals.ts'
import { packSchemas } from './schemas.ts'

/**
 * One document that holds everything the document at `uri` refers to: imports and includes in their place, and in each
 * step the process that it ran by reference, with the version it was written in. A step that refers to a process of the
 * same `$graph` keeps its reference. A File or Directory that the document names (a default script, an entry of the work
 * folder) becomes a literal; a default brings along the secondary files that its patterns name. Keys of other namespaces stay
 * as they are; the namespaces of all documents are declared at the top, and their `$schemas` come along.
 * @throws DocumentError when a reference can't be followed, leads to no process, a process runs itself, or a file is larger
 */
export async function pack(uri: string, fetcher: Fetcher): Promise<object> {
  const file = withoutFragment(uri)
  const library = new Library(fetcher)
  await library.open(file)
  const errors = library.problems.filter(problem => problem.severity === 'error')
  if (errors.length > 0) throw new DocumentError(errors)
  const packer = new Packer(library, uri)
  const packed = packer.process(uri, [])
  await Promise.all(packer.companions.map(each => addCompanion(each, fetcher)))
  await Promise.all(packer.entries.map(each => makeLiteral(each, fetcher)))
  const documents = [...library.documents].map(([, document]) => document).filter(isMap)
  const namespaces = Object.assign({}, ...documents.toReversed().map(document => document.$namespaces))
  const schemas = await packSchemas(library)
  return {
    ...packed,
    ...(Object.keys(namespaces).length > 0 ? { $namespaces: namespaces } : {}),
    ...(schemas.length > 0 ? { $schemas: schemas } : {}),
  }
}

class Packer {
  readonly entries: Named[] = []
  readonly companions: Named[] = []
  readonly #library: Library
  /** the document whose `$graph` is kept whole, if it has one */
  readonly #graph: string | undefined

  constructor(library: Library, uri: string) {
    this.#library = library
    const document = library.document(uri) ?? null
    this.#graph = isMap(document) && document.$graph !== undefined && !uri.includes('#') ? uri : undefined
  }

  /** The process at a URI with all that it runs; `running` are the URIs that led here. */
  process(uri: string, running: string[]): TreeMap {
    if (running.includes(uri)) throw failure(`${uri} runs itself`)
    const [file, fragment] = splitFragment(uri)
    const document = this.#library.document(file)
    if (!document || !isMap(document)) throw failure(`${file} is no CWL document`)
    const chosen = uri === this.#graph ? document : findProcess(document, fragment)
    if (!chosen) throw failure(`there is no process ${uri}`)
    const packed = this.#embed(chosen, file, [...running, uri])
    if (!isMap(packed)) throw failure(`${uri} is no process`)
    const { $namespaces: _, $schemas: _schemas, ...rest } = packed
    const version = rest.cwlVersion ?? document.cwlVersion
    return {
      ...(version === undefined ? {} : { cwlVersion: version }),
      ...rest,
    }
  }

  #embed(tree: Tree, base: string, running: string[]): Tree {
    if (Array.isArray(tree)) return tree.map(item => this.#embed(item, base, running))
    if (!isMap(tree)) return tree
    const copy: TreeMap = {}
    for (const [key, value] of Object.entries(tree)) {
      if (key === 'run' && typeof value === 'string') put(copy, key, this.#run(value, uriOf(tree) ?? base, running))
      else if (key === 'default') put(copy, key, this.#value(value, base))
      else put(copy, key, key === 'hints' || isExtension(key) ? value : this.#embed(value, base, running))
    }
    this.#noteCompanions(copy, uriOf(tree) ?? base)
    return this.#noteEntry(copy, uriOf(tree) ?? base)
  }

  #noteCompanions({ default: value, secondaryFiles: patterns }: TreeMap, base: string): void {
    for (const file of [value].flat()) {
      if (!isMap(file) || file.class !== 'File') continue
      const reference = file.location ?? file.path
      if (typeof reference !== 'string') continue
      const uri = resolveUri(reference, base)
      const slash = uri.lastIndexOf('/') + 1
      for (const written of [patterns].flat()) {
        const pattern = isMap(written) ? written.pattern : written
        if (typeof pattern !== 'string' || isExpression(pattern)) continue
        const name = secondaryName(decodeURIComponent(uri.slice(slash)), pattern.replace(/\?$/, ''))
        this.companions.push({ entry: file, uri: uri.slice(0, slash) + encodeURIComponent(name) })
      }
    }
  }

  /** A value, in which no key has a meaning but those of a File or Directory. */
  #value(tree: Tree, base: string): Tree {
    if (Array.isArray(tree)) return tree.map(item => this.#value(item, base))
    if (!isMap(tree)) return tree
    const copy: TreeMap = {}
    for (const [key, value] of Object.entries(tree)) put(copy, key, this.#value(value, uriOf(tree) ?? base))
    return this.#noteEntry(copy, uriOf(tree) ?? base)
  }

  #noteEntry(copy: TreeMap, base: string): TreeMap {
    const isNamed =
      (copy.class === 'File' && copy.contents === undefined) ||
      (copy.class === 'Directory' && copy.listing === undefined)
    const reference = isNamed ? (copy.location ?? copy.path) : undefined
    if (typeof reference === 'string') this.entries.push({ entry: copy, uri: resolveUri(reference, base) })
    return copy
  }

  #run(reference: string, base: string, running: string[]): Tree {
    const target = resolveUri(reference, base)
    const [file, fragment] = splitFragment(target)
    return file === this.#graph ? `#${fragment ?? 'main'}` : this.process(target, running)
  }
}

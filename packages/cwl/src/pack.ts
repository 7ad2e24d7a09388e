import { type Fetcher, resolveUri, splitFragment, withoutFragment } from './document/fetch.ts'
import { Library } from './document/library.ts'
import { isMap, put, type Tree, type TreeMap, uriOf } from './document/tree.ts'
import { findProcess } from './model/read.ts'
import { isExtension } from './model/scope.ts'
import { DocumentError } from './problem.ts'

/**
 * One document that holds everything the document at `uri` refers to: imports and includes in their place, and in each
 * step the process that it ran by reference, with the version it was written in. A step that refers to a process of the
 * same `$graph` keeps its reference. A File that the document names (a default script, an entry of the work folder) becomes a
 * literal, which CWL allows for text of up to 64 KiB. Keys of other namespaces stay as they are; the namespaces of all
 * documents are declared at the top, and of `$schemas` only what is on the web is kept.
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
  await Promise.all(packer.files.map(each => makeLiteral(each, fetcher)))
  const documents = [...library.documents].map(([, document]) => document).filter(isMap)
  const namespaces = Object.assign({}, ...documents.toReversed().map(document => document.$namespaces))
  return Object.keys(namespaces).length > 0 ? { ...packed, $namespaces: namespaces } : packed
}

/** A File of the packed document and the URI of what it names. */
interface NamedFile {
  file: TreeMap
  uri: string
}

/** CWL v1.2, File: the most bytes of `contents`. */
const MAX_LITERAL = 64 * 1024

async function makeLiteral({ file, uri }: NamedFile, fetcher: Fetcher): Promise<void> {
  const contents = await fetcher.read(uri).catch(error => {
    throw failure(error instanceof Error ? error.message : String(error))
  })
  if (Buffer.byteLength(contents) > MAX_LITERAL) {
    throw failure(`${uri} is larger than 64 KiB and can't be packed: make it an input without a default`)
  }
  if (contents.includes('\uFFFD') || contents.includes('\0')) {
    throw failure(`${uri} is not text and can't be packed: make it an input without a default`)
  }
  file.basename ??= decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1))
  file.contents = contents
  delete file.location
  delete file.path
}

class Packer {
  readonly files: NamedFile[] = []
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
    const { $namespaces: _, $schemas: schemas, ...rest } = packed
    const version = rest.cwlVersion ?? document.cwlVersion
    const remote = Array.isArray(schemas) ? schemas.filter(schema => /^https?:/.test(String(schema))) : []
    return {
      ...(version === undefined ? {} : { cwlVersion: version }),
      ...rest,
      ...(remote.length > 0 ? { $schemas: remote } : {}),
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
    return this.#noteFile(copy, uriOf(tree) ?? base)
  }

  /** A value, in which no key has a meaning but those of a File. */
  #value(tree: Tree, base: string): Tree {
    if (Array.isArray(tree)) return tree.map(item => this.#value(item, base))
    if (!isMap(tree)) return tree
    const copy: TreeMap = {}
    for (const [key, value] of Object.entries(tree)) put(copy, key, this.#value(value, uriOf(tree) ?? base))
    return this.#noteFile(copy, uriOf(tree) ?? base)
  }

  #noteFile(copy: TreeMap, base: string): TreeMap {
    const reference = copy.class === 'File' && copy.contents === undefined ? (copy.location ?? copy.path) : undefined
    if (typeof reference === 'string') this.files.push({ file: copy, uri: resolveUri(reference, base) })
    return copy
  }

  #run(reference: string, base: string, running: string[]): Tree {
    const target = resolveUri(reference, base)
    const [file, fragment] = splitFragment(target)
    return file === this.#graph ? `#${fragment ?? 'main'}` : this.process(target, running)
  }
}

const failure = (message: string) => new DocumentError([{ message, severity: 'error' }])

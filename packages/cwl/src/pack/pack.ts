import { type Fetcher, noFetcher, resolveUri, splitFragment, withoutFragment } from '../document/fetch.ts'
import { Library } from '../document/library.ts'
import { copyPositions, isMap, setEntry, type Tree, type TreeMap, uriOf } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { secondaryName, unescaped } from '../files.ts'
import { loadProcess } from '../load.ts'
import { findProcess } from '../model/read.ts'
import { idsIn, isExtension } from '../model/scope.ts'
import { DocumentError, type Problem } from '../problem.ts'
import { isDraft2 } from '../upgrade/upgrade.ts'
import { withFieldList, withLists } from './lists.ts'
import { addCompanion, failure, makeLiteral, type Named } from './literals.ts'
import { withPlainNames } from './names.ts'
import { packSchemas } from './schemas.ts'
import { referred, TypeNames, type Visible } from './types.ts'
import { inOneVersion, isMixed } from './version.ts'

/**
 * One document that holds everything the document at `uri` refers to: imports and includes in their place, and in each
 * step the process that it ran by reference. A step that refers to a process of the same `$graph` keeps its reference. It is
 * written as the platform keeps it and as other readers take it: parts in lists (lists.ts), plain names (names.ts), types
 * referred to where they are now (types.ts), one version (version.ts); a process of draft-2 stays as it is. A File or Directory
 * that the document names (a default script, an entry of the work folder) becomes a literal; a default brings along the
 * secondary files that its patterns name. Keys of other namespaces stay as they are; the namespaces of all documents are
 * declared at the top, and their `$schemas` come along. What is packed already comes out as it is.
 * @param warn is told what the packed document can't say as the others did
 * @throws DocumentError when a reference can't be followed, leads to no process, a process runs itself, or a file is larger
 */
export async function pack(
  uri: string,
  fetcher: Fetcher,
  warn: (problem: Problem) => void = () => undefined,
): Promise<object> {
  const file = withoutFragment(uri)
  const library = new Library(fetcher)
  await library.open(file)
  const errors = library.problems.filter(problem => problem.severity === 'error')
  if (errors.length > 0) throw new DocumentError(errors)
  const packer = new Packer(library, uri)
  const whole = packer.whole()
  await Promise.all(packer.companions.map(each => addCompanion(each, fetcher)))
  await Promise.all(packer.entries.map(each => makeLiteral(each, fetcher)))
  const documents = [...library.documents].map(([, document]) => document).filter(isMap)
  const namespaces = Object.assign({}, ...documents.toReversed().map(document => document.$namespaces))
  const schemas = await packSchemas(library)
  const packed: TreeMap = {
    ...whole,
    ...(Object.keys(namespaces).length > 0 ? { $namespaces: namespaces } : {}),
    ...(schemas.length > 0 ? { $schemas: schemas } : {}),
  }
  const tell = (message: string) => warn({ message, severity: 'warning' })
  const fault = isMixed(packed) ? await faultOf(packed) : undefined
  if (fault === undefined) return inOneVersion(packed, tell)
  tell(`the documents are of several versions, which stay as they are because of an error: ${fault}`)
  return packed
}

/** What is wrong with a document as it is: a version that has what is newer than itself would hide that in another one. */
async function faultOf(document: TreeMap): Promise<string | undefined> {
  const { problems } = await loadProcess({
    uri: 'packed.cwl',
    text: JSON.stringify(document),
    fetcher: noFetcher,
    whole: true,
  })
  return problems.find(problem => problem.severity === 'error')?.message
}

/** Where a part of a document stands. */
interface Surroundings {
  /** what references are relative to, where the part itself says nothing else */
  base: string
  /** URIs of the processes that led here */
  running: string[]
  types: Visible
  /** of the process around it */
  version: Tree | undefined
}

class Packer {
  readonly entries: Named[] = []
  readonly companions: Named[] = []
  readonly #library: Library
  readonly #uri: string
  /** the document whose `$graph` is kept whole, if it has one */
  readonly #graph: string | undefined
  readonly #names: TypeNames

  constructor(library: Library, uri: string) {
    this.#library = library
    this.#uri = uri
    const document = library.document(uri) ?? null
    this.#graph = isMap(document) && document.$graph !== undefined && !uri.includes('#') ? uri : undefined
    this.#names = new TypeNames(idsOf(document, splitFragment(uri)[1]))
  }

  whole(): TreeMap {
    return this.#process(this.#uri, [], new Map())
  }

  /** The process at a URI with all that it runs. */
  #process(uri: string, running: string[], types: Visible): TreeMap {
    if (running.includes(uri)) throw failure(`${uri} runs itself`)
    const [file, fragment] = splitFragment(uri)
    const document = this.#library.document(file)
    if (!document || !isMap(document)) throw failure(`${file} is no CWL document`)
    const version = document.cwlVersion
    const around: Surroundings = { base: file, running: [...running, uri], types, version }
    const packed =
      uri === this.#graph ? this.#wholeGraph(document, around) : this.#chosen(document, fragment, uri, around)
    const { $namespaces: _, $schemas: _schemas, ...rest } = packed
    const own = rest.cwlVersion ?? version
    return {
      ...(own === undefined ? {} : { cwlVersion: own }),
      ...rest,
    }
  }

  #chosen(document: TreeMap, fragment: string | undefined, uri: string, around: Surroundings): TreeMap {
    const chosen = findProcess(document, fragment)
    if (!chosen) throw failure(`there is no process ${uri}`)
    return this.#embedProcess(chosen, around)
  }

  /** Names in a graph are what its processes refer to each other by, and stay. */
  #wholeGraph(document: TreeMap, around: Surroundings): TreeMap {
    const { $graph: graph, ...rest } = document
    const processes = isMap(graph)
      ? Object.entries(graph).map(([id, item]) => (isMap(item) ? copyPositions(item, { id, ...item }) : item))
      : [graph ?? []].flat()
    return {
      ...(this.#embed(copyPositions(document, rest), around) as TreeMap),
      $graph: processes.map(each => (isMap(each) ? this.#embedProcess(each, around, true) : each)),
    }
  }

  #embedProcess(process: TreeMap, outer: Surroundings, keepsNames = false): TreeMap {
    const around = { ...outer, version: process.cwlVersion ?? outer.version }
    if (isDraft2(process, around.version)) return this.#embed(process, around) as TreeMap
    const listed = withLists(process)
    const base = uriOf(process) ?? around.base
    const types = this.#names.visibleIn(listed, around.types, base)
    return this.#embed(keepsNames ? listed : withPlainNames(listed), { ...around, types }) as TreeMap
  }

  #embed(tree: Tree, around: Surroundings): Tree {
    if (Array.isArray(tree)) return tree.map(item => this.#embed(item, around))
    if (!isMap(tree)) return tree
    const base = uriOf(tree) ?? around.base
    const copy: TreeMap = {}
    for (const [key, value] of Object.entries(withFieldList(tree))) {
      setEntry(copy, key, this.#entry(key, value, tree, { ...around, base }))
    }
    this.#noteCompanions(copy, base)
    return this.#noteEntry(copy, base)
  }

  #entry(key: string, value: Tree, holder: TreeMap, around: Surroundings): Tree {
    const { base, running, types } = around
    if (key === 'run' && typeof value === 'string') return this.#run(value, base, running, types)
    if (key === 'run' && isMap(value) && value.class !== undefined) return this.#embedProcess(value, around)
    if (key === 'default') return this.#value(value, base)
    if (isExtension(key)) return value
    if (key === 'hints') return this.#hints(value, around)
    if (key === 'type' || key === 'items') return this.#type(value, around)
    if (key === 'types' && holder.class === 'SchemaDefRequirement') return this.#definitions(value, around)
    return this.#embed(value, around)
  }

  /** What is only a hint is looked into for types, and may hold anything else. */
  #hints(tree: Tree, around: Surroundings): Tree {
    if (!Array.isArray(tree)) return tree
    return tree.map(each => (isMap(each) && each.class === 'SchemaDefRequirement' ? this.#embed(each, around) : each))
  }

  #type(tree: Tree, around: Surroundings): Tree {
    if (typeof tree === 'string') return referred(tree, around.base, around.types)
    if (Array.isArray(tree)) return tree.map(item => this.#type(item, around))
    return this.#embed(tree, around)
  }

  #definitions(tree: Tree, around: Surroundings): Tree[] {
    if (Array.isArray(tree)) return tree.flatMap(each => this.#definitions(each, around))
    const type = this.#embed(tree, around)
    if (!isMap(tree) || !isMap(type) || typeof type.name !== 'string') return [type]
    return [{ ...type, name: referred(type.name, uriOf(tree) ?? around.base, around.types) }]
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
        const name = secondaryName(unescaped(uri.slice(slash)), pattern.replace(/\?$/, ''))
        this.companions.push({ entry: file, uri: uri.slice(0, slash) + encodeURIComponent(name) })
      }
    }
  }

  /** A value, in which no key has a meaning but those of a File or Directory. */
  #value(tree: Tree, base: string): Tree {
    if (Array.isArray(tree)) return tree.map(item => this.#value(item, base))
    if (!isMap(tree)) return tree
    const copy: TreeMap = {}
    for (const [key, value] of Object.entries(tree)) setEntry(copy, key, this.#value(value, uriOf(tree) ?? base))
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

  #run(reference: string, base: string, running: string[], types: Visible): Tree {
    const target = resolveUri(reference, base)
    const [file, fragment] = splitFragment(target)
    return file === this.#graph ? `#${fragment ?? 'main'}` : this.#process(target, running, types)
  }
}

/** Names that stand beside those of types at the top of the packed document: of its ports and steps, or of its graph. */
function idsOf(document: Tree, fragment: string | undefined): string[] {
  const holder =
    isMap(document) && document.$graph !== undefined && fragment === undefined
      ? document
      : findProcess(document, fragment)
  return ['inputs', 'outputs', 'steps', '$graph'].flatMap(key => [...idsIn(holder?.[key])])
}

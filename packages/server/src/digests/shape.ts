import { createHash } from 'node:crypto'
import { type Entry, isDirectory, isEntry, isFile, isRecord, type JobPlan, nameOf, type Value } from '@reprise/cwl'
import { contentOf, isContent } from '../domain/locations.ts'

/** SHA-256 by the id of a content; undefined where it is not known yet. */
export type Hashes = ReadonlyMap<string, string | null>

/**
 * What a value is, apart from where its bytes lie: of a File name, size, SHA-256, format and secondary files, of a Directory its
 * listing, in their order, and values as they are. Labels are not part of it: metadata that outputs inherit are no result.
 * Undefined when a content has no hash yet.
 */
export function shapeOf(value: Value, hashes: Hashes): unknown {
  let isWhole = true
  const shape = (value: Value): unknown => {
    if (Array.isArray(value)) return value.map(shape)
    if (isEntry(value)) return entry(value)
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]))
  }
  const entry = (value: Entry): unknown => {
    const basename = nameOf(value)
    if (isDirectory(value)) return { class: 'Directory', basename, listing: (value.listing ?? []).map(entry) }
    const { secondaryFiles = [], format } = value
    const sha256 = hashOf(value, hashes)
    isWhole &&= sha256 !== undefined
    return {
      class: 'File',
      basename,
      sha256,
      ...(format === undefined ? {} : { format }),
      ...(secondaryFiles.length > 0 ? { secondaryFiles: secondaryFiles.map(entry) } : {}),
    }
  }
  const found = shape(value)
  return isWhole ? found : undefined
}

/** Of a File: that of its content, or of the text that it is. */
export function hashOf(file: Entry, hashes: Hashes): string | undefined {
  const content = contentOfFile(file)
  if (content !== undefined) return hashes.get(content) ?? undefined
  return isFile(file) && file.contents !== undefined ? sha256(file.contents) : undefined
}

/** The id of the content that a File is. */
export function contentOfFile({ location }: Entry): string | undefined {
  return isContent(location) ? contentOf(location) : undefined
}

/** What else the engine decided of a job, that can change its result; by the names of the parts that a person is shown. */
export interface Parts {
  command: unknown
  environment: unknown
  platform: unknown
  staging: unknown
  network: unknown
}

/** Folders stand by their kind: what they are called depends on the attempt where jobs are not isolated. */
export function partsOf(plan: JobPlan): Parts {
  const neutral = (text: string) => withoutFolders(text, plan)
  const { argv, shell, environment, stdin, stdout, stderr, container, network, stage } = plan
  return {
    command: {
      argv: argv.map(neutral),
      shell,
      ...(stdin === undefined ? {} : { stdin: neutral(stdin) }),
      ...(stdout === undefined ? {} : { stdout }),
      ...(stderr === undefined ? {} : { stderr }),
    },
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, neutral(value)])),
    platform: container?.id ?? null,
    staging: stage.map(({ type, target, writable, ...entry }) => {
      const text = 'text' in entry ? { text: neutral(entry.text) } : {}
      return { type, target: neutral(target), writable, ...text }
    }),
    network,
  }
}

function withoutFolders(text: string, { work, tmp }: JobPlan): string {
  if (!text.includes('/')) return text
  const attempt = work.slice(0, work.lastIndexOf('/'))
  const named = text.replaceAll(work, '<work>').replaceAll(tmp, '<tmp>')
  return attempt === '' || !tmp.startsWith(`${attempt}/`) ? named : named.replaceAll(attempt, '<attempt>')
}

export function digestOf(shape: unknown): string {
  return `sha256:${sha256(JSON.stringify(shape))}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

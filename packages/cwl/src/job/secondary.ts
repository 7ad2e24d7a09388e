import { evaluate, type Language } from '../expression/evaluate.ts'
import { isExpression } from '../expression/scan.ts'
import { type Entry, isEntry, lastName, nameOf, secondaryName } from '../files.ts'
import type { FileAccess } from '../host.ts'
import type { SecondaryFile } from '../model/process.ts'
import type { File, Value, Values } from '../values.ts'
import { InputError } from './input-error.ts'
import { knownIn } from './known.ts'

interface SecondaryContext {
  language: Language
  files: FileAccess
  discover: boolean
}

/**
 * All secondary files of an input: those that came with it, and for each declared pattern the file beside it. One that
 * is required and not there is an error. A pattern's expression may give names, Files, or a list of them.
 */
export async function findSecondaryFiles(
  file: File,
  patterns: SecondaryFile[],
  inputs: Values,
  context: SecondaryContext,
  id: string,
): Promise<Entry[]> {
  const found = [...(file.secondaryFiles ?? [])]
  const names = new Set(found.map(nameOf))
  for (const { pattern, required } of patterns) {
    for (const wanted of await wantedBy(context.language, pattern, file, inputs)) {
      if (names.has(wanted.name)) continue
      const given = wanted.entry && isKnown(wanted.entry, inputs) ? wanted.entry : undefined
      const entry = given ?? (context.discover ? await context.files.sibling(file, wanted.name) : undefined)
      if (entry) {
        found.push(entry)
        names.add(nameOf(entry))
      }
      if (!entry && (await isRequired(context.language, required, file, inputs))) {
        throw new InputError(`input ${id}: the secondary file ${wanted.name} of ${file.basename} is missing`)
      }
    }
  }
  return found
}

/** Names that a pattern gives for a file; an expression may bring the entry itself along. */
export async function wantedBy(
  language: Language,
  pattern: string,
  file: File,
  inputs: Values,
): Promise<{ name: string; entry?: Entry }[]> {
  if (!isExpression(pattern)) return [{ name: secondaryName(nameOf(file), pattern) }]
  // scripts of draft-2 make names out of a path, which an input of a workflow does not have yet
  const isOld = language.expressions === 'draft-2' && file.path === undefined
  const self = isOld ? { ...file, path: nameOf(file) } : file
  const value = await evaluate(language, pattern, { inputs, self })
  return [value].flat().flatMap(item => wanted(item as Value))
}

function wanted(item: Value): { name: string; entry?: Entry }[] {
  if (item === null) return []
  if (typeof item === 'string') return [{ name: lastName(item) }]
  if (isEntry(item)) return [{ name: nameOf(item), entry: item }]
  throw new InputError('an expression in secondaryFiles must give names, Files or Directories')
}

/** A literal, or something that the inputs hold; any other entry is only a name to look for beside the file. */
function isKnown(entry: Entry, inputs: Values): boolean {
  if (entry.location === undefined) return entry.path === undefined
  return knownIn(inputs).locations.has(entry.location)
}

export async function isRequired(
  language: Language,
  required: SecondaryFile['required'],
  file: File,
  inputs: Values,
  otherwise = true,
): Promise<boolean> {
  if (required === undefined) return otherwise
  if (typeof required === 'boolean') return required
  return (await evaluate(language, required, { inputs, self: file })) === true
}

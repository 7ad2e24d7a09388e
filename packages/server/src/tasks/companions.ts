import type { InputParameter, SecondaryFile, Value } from '@reprise/cwl'
import { findByNames } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import type { FileRow } from '../database/schema.ts'
import { type Files, mapFiles } from './values.ts'

/**
 * Secondary files: a port's patterns say which files belong to one of its own, by name, in the same folder (CWL v1.2,
 * SecondaryFileSchema: each `^` takes off one extension, the rest is appended). Patterns that are expressions are evaluated
 * by the engine when the job is planned; what they may name is frozen beside the file (freeze.ts).
 */
export interface Companions {
  /** those of a file at a place with these patterns, in the order of the patterns */
  of(file: FileRow, patterns: SecondaryFile[]): FileRow[]
  /** required ones that there are not */
  missing: { input: string; name: string }[]
}

export async function findCompanions(
  db: Queries,
  files: Files,
  inputs: [InputParameter, Value][],
): Promise<Companions> {
  const wanted = new Map<string, Set<string>>()
  const required: { input: string; folder: string; name: string }[] = []
  for (const [parameter, value] of inputs) {
    mapFiles(parameter.type, value, parameter.secondaryFiles, (id, patterns) => {
      const file = files.get(id)
      if (!file?.parent || file.type === 'folder') return null
      for (const pattern of patterns) {
        const name = companionName(file.name, pattern.pattern)
        if (name === undefined) continue
        wanted.set(file.parent, (wanted.get(file.parent) ?? new Set()).add(name))
        if (pattern.required === undefined || pattern.required === true) {
          required.push({ input: parameter.id, folder: file.parent, name })
        }
      }
      return null
    })
  }
  const found = new Map<string, FileRow>()
  for (const [folder, names] of wanted) {
    for (const row of await findByNames(db, folder, [...names])) found.set(`${folder}/${row.name}`, row)
  }
  return {
    of(file, patterns) {
      const names = patterns.map(({ pattern }) => companionName(file.name, pattern))
      return [...new Set(names)].flatMap(name => found.get(`${file.parent}/${name}`) ?? [])
    },
    missing: required.filter(({ folder, name }) => !found.has(`${folder}/${name}`)),
  }
}

/** The name that a pattern gives beside `name`; undefined for an expression. */
export function companionName(name: string, pattern: string): string | undefined {
  if (isExpression(pattern)) return undefined
  let stem = name
  let rest = pattern
  while (rest.startsWith('^')) {
    const dot = stem.lastIndexOf('.')
    if (dot > 0) stem = stem.slice(0, dot)
    rest = rest.slice(1)
  }
  return stem + rest
}

/** True for a pattern that only the engine can evaluate. */
export function isExpression(pattern: string): boolean {
  return pattern.includes('$(') || pattern.includes('${')
}

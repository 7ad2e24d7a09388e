import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from './imports.ts'

const GLOSSARY = 'docs/glossary.md'
/** Names that others see: of files, of what is exported, and of a class's public members. */
const EXPORTED =
  /^export (?:default )?(?:async )?(?:abstract )?(?:function\*?|class|const|let|interface|type|enum) (\w+)/gm

/** As the formatter lays them out: two spaces, a name, parameters. */
const MEMBER = /^ {2}(?:(?:async|static|get) )*([a-z]\w*)(?:<[^>]*>)?\(.*\{$/gm

interface Rule {
  word: string
  /** in paths with one of these; everywhere when there are none */
  within: string[]
  instead: string
}

/** Names of the sources of packages that have a word which the glossary rules out. */
export function wordFaults(root: string, sources: Source[]): string[] {
  const rules = existsSync(join(root, GLOSSARY)) ? rulesOf(readFileSync(join(root, GLOSSARY), 'utf8')) : []
  return sources
    .filter(({ path }) => /^packages\/\w+\/src\//.test(path))
    .flatMap(({ path, text }) => {
      const names = [path.split('/').at(-1)!.replace(/\.ts$/, ''), ...namesIn(text)]
      return rules.flatMap(({ word, within, instead }) =>
        within.length > 0 && !within.some(folder => path.includes(folder))
          ? []
          : names
              .filter(name => isRuledOut(name, word))
              .map(name => `${path}: the name ${name} has the word "${word}" (${GLOSSARY}): ${instead}`),
      )
    })
}

function namesIn(text: string): string[] {
  return [EXPORTED, MEMBER].flatMap(pattern => [...text.matchAll(pattern)].map(([, name]) => name!))
}

/** A word stands for itself and its plural in any part of a name; in backticks it is a whole name. */
function isRuledOut(name: string, word: string): boolean {
  if (word.startsWith('`')) return name === word.slice(1, -1)
  return wordsOf(name).some(part => part === word || part === `${word}s`)
}

/** `FileJobKind`, `file-job-kind` and `FILE_JOB_KIND` are file, job and kind. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

/** The rows of the table below the glossary's heading "Words that no name has". */
function rulesOf(text: string): Rule[] {
  const [, section = ''] = text.split('## Words that no name has')
  const rows = [...section.matchAll(/^\| (\S.*?) \| (.*?) \| (.*?) \|$/gm)].slice(1)
  return rows.flatMap(([, words = '', within = '', instead = '']) =>
    words.split(', ').map(word => ({ word, within: within.split(', ').filter(folder => folder), instead })),
  )
}

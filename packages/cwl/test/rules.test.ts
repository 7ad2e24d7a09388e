import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { fileFetcher, loadProcess, noFetcher, type Problem } from '../src/index.ts'
import { RULES } from '../src/rules.ts'

/**
 * Documents with mistakes, in `rules/`. A comment at the end of a line says what is wrong on it, with the column:
 *
 *     baseComand: echo  #! 1 warning: a CommandLineTool has no field baseComand; is baseCommand meant?
 *
 * `strict-*` is read strictly, `closed-*` without other documents. Paths of files are relative to that folder. Every problem of a document is expected by such a comment, and every rule is broken by some document.
 */
const FOLDER = join(import.meta.dirname, 'rules')
const names = (await readdir(FOLDER)).filter(name => name.endsWith('.cwl'))

async function check(name: string): Promise<{ text: string; problems: Problem[] }> {
  const path = join(FOLDER, name)
  const text = await readFile(path, 'utf8')
  const fetcher = name.startsWith('closed-') ? noFetcher : fileFetcher()
  const { problems } = await loadProcess({
    uri: pathToFileURL(path).href,
    text,
    fetcher,
    whole: true,
    strict: name.startsWith('strict-'),
  })
  return { text, problems }
}

function expected(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const [, ...comments] = line.split(/\s+#!\s+/)
    return comments.map(comment => `${index + 1}:${comment.trim()}`)
  })
}

test.each(names)('%s', async name => {
  const { text, problems } = await check(name)
  const found = problems.map(
    ({ line, column, severity, message }) => `${line}:${column} ${severity}: ${message.replace(`${FOLDER}/`, '')}`,
  )
  expect(found.toSorted()).toEqual(expected(text).toSorted())
})

describe('every rule is broken by a document', async () => {
  const all = await Promise.all(names.map(check))
  const broken = new Set(all.flatMap(({ problems }) => problems.map(problem => problem.rule)))
  test.each(Object.keys(RULES))('%s', rule => {
    expect(broken).toContain(rule)
  })
})

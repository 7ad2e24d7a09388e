import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileFetcher, loadProcess, type Problem } from '@reprise/cwl'

/** Prints the problems of all documents and a count; gives the exit code. */
export async function checkCommand(files: string[], options: { json?: boolean }): Promise<number> {
  const problems = once('schemaOnWeb', (await Promise.all(files.map(check))).flat())
  const errors = problems.filter(problem => problem.severity === 'error').length
  const lines = options.json
    ? [JSON.stringify(problems, null, 2)]
    : [...problems.map(render), summary(files.length, errors, problems.length - errors)]
  process.stdout.write(`${lines.join('\n')}\n`)
  return errors > 0 ? 1 : 0
}

/** What is the same in most documents, and nothing that their author can change, is said for the first of them. */
function once(rule: string, problems: Problem[]): Problem[] {
  const first = problems.find(problem => problem.rule === rule)
  return problems.filter(problem => problem.rule !== rule || problem === first)
}

/** All processes of a document are checked; paths are told as seen from the current folder where they lie below it. */
async function check(written: string): Promise<Problem[]> {
  const [file = '', id] = written.split('#')
  const uri = pathToFileURL(resolve(file)).href
  const { problems } = await loadProcess({
    uri,
    fetcher: fileFetcher(),
    whole: true,
    ...(id === undefined ? {} : { main: id }),
  })
  return problems.map(problem => ({ ...problem, file: shownPath(problem.file ?? resolve(file)) }))
}

function shownPath(path: string): string {
  const below = relative(process.cwd(), path)
  return below.startsWith('..') ? path : below
}

function render({ file, line, column, severity, message }: Problem): string {
  const place = [file, line, column].filter(part => part !== undefined).join(':')
  return `${place}: ${severity}: ${message}`
}

function summary(documents: number, errors: number, warnings: number): string {
  const found = [count(errors, 'error'), count(warnings, 'warning')].filter(part => !part.startsWith('0 '))
  return `${found.join(', ') || 'no problems'} in ${count(documents, 'document')}`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

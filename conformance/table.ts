/** A Markdown table out of reports of runs, a row for each tag of the suite and a column for each report: table.ts REPORT... */
import { readFileSync } from 'node:fs'

interface Report {
  name: string
  results: { id: string; tags: string[]; kind: string }[]
}

const reports = process.argv.slice(2).map(file => JSON.parse(readFileSync(file, 'utf8')) as Report)
const [first] = reports
if (!first) throw new Error('name the reports of runs')
const tags = [...new Set(first.results.flatMap(result => result.tags))].sort()
const count = (of: (result: Report['results'][number]) => boolean) => [
  first.results.filter(of).length,
  ...reports.map(({ results }) => results.filter(result => of(result) && result.kind === 'passed').length),
]
const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
console.log(row(['feature', 'tests', ...reports.map(({ name }) => name)]))
console.log(row(['---', '---:', ...reports.map(() => '---:')]))
for (const tag of tags) console.log(row([`\`${tag}\``, ...count(result => result.tags.includes(tag))]))
console.log(row(['all', ...count(() => true)]))

import { LIMITS } from '../../limits.ts'
import type { Api } from '../api.ts'
import { type ComparedOutput, type Comparison, comparisonOf, nameOf, shortOf, verdictLine } from '../comparison.ts'
import { taskOf } from '../names.ts'
import { printJson } from '../print.ts'
import { formatTable, terminalWidth, textOf } from '../table.ts'

export interface CompareFlags {
  json?: boolean
  all?: boolean
}

/** Compares a task with another, its origin when none is named. Ends with 0 when it reproduced, 1 when not, 2 when it can't be said. */
export async function compare(api: Api, name: string, other: string | undefined, flags: CompareFlags): Promise<void> {
  const [task, against] = [await taskOf(api, name), other === undefined ? undefined : await taskOf(api, other)]
  await printComparison(api, await comparisonOf(api, task, against, flags.json ?? false), flags)
}

export async function printComparison(api: Api, comparison: Comparison, flags: CompareFlags): Promise<void> {
  const outputs = comparison.state === 'READY' && !comparison.pairs ? await outputsOf(api, comparison, flags) : []
  const children = comparison.state === 'READY' && comparison.pairs ? await childrenOf(api, comparison) : undefined
  if (flags.json) printJson({ ...comparison, ...(children ? { children } : { outputs }) })
  else report(comparison, outputs, flags.all ?? false)
  if (children && !flags.json) reportChildren(children, flags.all ?? false)
  process.exitCode = comparison.reproduced === undefined ? 2 : comparison.reproduced ? 0 : 1
}

async function outputsOf(
  api: Api,
  { task, with: other }: Comparison,
  { json, all }: CompareFlags,
): Promise<ComparedOutput[]> {
  const rows: ComparedOutput[] = []
  const verdicts = json || all ? [undefined] : ['different', 'missing', 'equivalent']
  for (const verdict of verdicts) {
    for await (const { items } of api.pages<ComparedOutput>(`/tasks/${task}/comparison/outputs`, {
      with: other,
      verdict,
      limit: 100,
    })) {
      rows.push(...items)
      if (!json && rows.length >= LIMITS.rowsShown) return rows.slice(0, LIMITS.rowsShown)
    }
  }
  return rows
}

/** One group of two batch tasks. */
interface Child {
  group: { value: string }
  task?: string
  with?: string
  reproduced?: boolean
}

async function childrenOf(api: Api, { task, with: other }: Comparison): Promise<Child[]> {
  const children: Child[] = []
  const query = { with: other, limit: 100 }
  for await (const { items } of api.pages<Child>(`/tasks/${task}/comparison/pairs`, query)) children.push(...items)
  return children
}

/** Those that did not reproduce, or all. */
function reportChildren(children: Child[], all: boolean): void {
  const shown = children.filter(({ reproduced }) => all || reproduced !== true)
  if (shown.length === 0) return
  const columns = [
    { title: 'GROUP', of: ({ group }: Child) => group.value },
    { title: 'TASK', of: ({ task }: Child) => task ?? '(none)', whole: true },
    { title: 'WITH', of: (child: Child) => child.with ?? '(none)', whole: true },
    {
      title: 'REPRODUCED',
      of: ({ reproduced }: Child) => (reproduced === undefined ? '?' : reproduced ? 'yes' : 'no'),
    },
  ]
  console.log(`\n${formatTable(columns, all ? shown : shown.slice(0, LIMITS.rowsShown), terminalWidth())}`)
  if (!all && shown.length > LIMITS.rowsShown) console.log(`The first ${LIMITS.rowsShown}; --all has all.`)
}

function report(comparison: Comparison, outputs: ComparedOutput[], all: boolean): void {
  console.log(verdictLine(comparison))
  const { app, inputs = [], settings = [], images = [], first_divergence: first, jobs } = comparison
  if (app && !app.same) console.log(`App      ${app.old} → ${app.new}`)
  for (const { id, verdict, ...sides } of inputs)
    if (verdict !== 'identical') console.log(`Input    ${id}: ${shortOf(sides)}`)
  for (const { id, ...sides } of settings) console.log(`Setting  ${id}: ${shortOf(sides)}`)
  for (const { name, ...sides } of images) console.log(`Image    ${name}: ${shortOf(sides)}`)
  if (jobs) console.log(`Jobs     ${jobs.same} the same, ${jobs.diverged} diverged${alone(jobs)}`)
  if (first) {
    console.log(`First diverged: ${first.path}`)
    for (const each of [...(first.differs ?? []), ...(first.circumstances ?? [])])
      console.log(`  ${each.part}: ${shortOf(each)}`)
    if (first.kind === 'NOT_DETERMINISTIC')
      console.log('  The same job gave other outputs: its tool is not deterministic, or where it ran matters.')
  }
  if (outputs.length === 0) return
  const columns = [
    { title: 'OUTPUT', of: (row: ComparedOutput) => row.place },
    { title: 'VERDICT', of: (row: ComparedOutput) => row.verdict, whole: true },
    { title: 'FORMAT', of: (row: ComparedOutput) => row.format },
    { title: 'WHAT', of: whatOf },
  ]
  console.log(`\n${formatTable(columns, outputs, terminalWidth())}`)
  if (!all && outputs.length >= LIMITS.rowsShown) console.log(`The first ${LIMITS.rowsShown}; --json has all.`)
}

function alone({ only_old, only_new }: NonNullable<Comparison['jobs']>): string {
  return only_old + only_new === 0 ? '' : `, ${only_old} only there, ${only_new} only here`
}

function whatOf({ set_aside, first, why, renamed, old, new: now }: ComparedOutput): string {
  if (why) return why
  if (set_aside) return `set aside: ${set_aside.join(', ')}`
  if (first)
    return `${first.line === undefined ? 'first' : `line ${first.line}`}: ${textOf(first.old)} → ${textOf(first.new)}`
  if (renamed) return `${nameOf(old)} → ${nameOf(now)}`
  if (sizeOf(old) !== undefined && sizeOf(now) !== undefined) return `${sizeOf(old)} → ${sizeOf(now)} bytes`
  return shortOf({ old, new: now })
}

function sizeOf(value: unknown): number | undefined {
  return (value as { size?: number } | null | undefined)?.size
}

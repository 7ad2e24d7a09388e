import { existsSync } from 'node:fs'
import { type Amount, type Freeing, type Holdings, showHoldings } from '@reprise/server/holdings'
import { printJson } from '../client/print.ts'
import { type Column, formatTable, terminalWidth } from '../client/table.ts'
import { type DataOptions, withRows } from '../open-rows.ts'

export interface ShowOptions extends DataOptions {
  project?: string
  limit: number
  json?: boolean
}

/** Tables of what is held: by kind of holder, project and task, and what freeing would give and cost. */
export async function show({ project, limit, json, ...where }: ShowOptions): Promise<void> {
  if (!existsSync(where.data)) throw new Error(`there is no data folder ${where.data} (--data)`)
  await withRows(where, async ({ read }) => {
    const held = await showHoldings(read, { project, limit })
    if (!held) throw new Error(`there is no project ${project} (--project)`)
    if (json) printJson(asJson(held))
    else console.log(asText(held))
  })
}

const HOLDERS: { [kind: string]: [who: string, until: string] } = {
  file: ['files of projects', 'they are deleted'],
  task: ['records of tasks', 'their projects are deleted'],
  jobs: ['jobs (intermediate files)', 'their time is over, below'],
  transfer: ['exports on their way', 'they end'],
  comparison: ['comparisons being made', 'they are there'],
}

interface Line extends Partial<Amount> {
  who: string
  until?: string
  alone?: number
}

const BY_KIND: Column<Line>[] = [
  { title: 'HELD BY', of: line => line.who, whole: true },
  { title: 'CONTENTS', of: line => line.contents, right: true },
  { title: 'SIZE', of: line => bytesText(line.bytes), right: true },
  { title: 'BY NOTHING ELSE', of: line => bytesText(line.alone), right: true },
  { title: 'UNTIL', of: line => line.until },
]

const BY_PROJECT: Column<Holdings['projects'][number]>[] = [
  { title: 'PROJECT', of: row => row.project, whole: true },
  { title: 'SIZE', of: row => bytesText(row.bytes), right: true },
  { title: 'FILES', of: row => bytesText(row.files.bytes), right: true },
  { title: 'INTERMEDIATE', of: row => bytesText(row.intermediates.bytes), right: true },
  { title: 'KEPT FOR', of: row => (row.hours === undefined ? '' : `${row.hours} h`), right: true },
  { title: 'WOULD FREE', of: row => bytesText(row.freeing.bytes), right: true },
  { title: 'TO MAKE AGAIN', of: row => timeText(row.freeing.seconds), right: true },
]

const BY_TASK: Column<Holdings['tasks'][number]>[] = [
  { title: 'TASK', of: row => row.task, whole: true },
  { title: 'NAME', of: row => row.name },
  { title: 'STATUS', of: row => row.status, whole: true },
  { title: 'SIZE', of: row => bytesText(row.bytes), right: true },
  { title: 'UNTIL', of: row => untilText(row), whole: true },
  { title: 'WOULD FREE', of: row => bytesText(row.freeing.bytes), right: true },
  { title: 'TO MAKE AGAIN', of: row => timeText(row.freeing.seconds), right: true },
]

function asText(held: Holdings): string {
  const kinds: Line[] = held.held.map(({ by, alone, ...amount }) => {
    const [who, until] = HOLDERS[by]!
    return { who, ...amount, alone: alone.bytes, until }
  })
  if (held.loose.contents > 0) kinds.push({ who: 'nobody', ...held.loose, until: 'the sweeper removes them' })
  const { uploads, bytes } = held.uploads
  if (uploads > 0)
    kinds.push({ who: 'uploads on their way', contents: uploads, bytes, until: 'they end, or get no part' })
  kinds.push({ who: 'all', contents: held.total.contents, bytes: held.total.bytes + bytes })
  const tables = [formatTable(BY_KIND, kinds, terminalWidth())]
  if (held.projects.length > 0) tables.push(formatTable(BY_PROJECT, held.projects, terminalWidth()))
  if (held.tasks.length > 0) tables.push(formatTable(BY_TASK, held.tasks, terminalWidth()))
  if (held.volumes.contents > 0) {
    tables.push(
      `Of these ${held.volumes.contents} (${bytesText(held.volumes.bytes)}) lie on volumes and take no room here.`,
    )
  }
  tables.push(sayFreeing(held.freeing))
  return tables.join('\n\n')
}

function sayFreeing({ contents, bytes, jobs, seconds, core_seconds }: Freeing): string {
  if (contents === 0) return 'Nothing is held for jobs alone: there is nothing to free.'
  const again = `${jobs} ${jobs === 1 ? 'job' : 'jobs'}, ${timeText(seconds)} of computing (${timeText(core_seconds)} of one core)`
  return `To free what only jobs hold would give ${bytesText(bytes)}. To make it again would take ${again}.`
}

function untilText({ until }: Holdings['tasks'][number]): string {
  if (until === undefined) return 'the next sweep'
  if (until === null) return 'it has ended'
  return `${new Date(until).toISOString().slice(0, 16).replace('T', ' ')}Z`
}

function asJson(held: Holdings): object {
  const tasks = held.tasks.map(({ until, ...task }) => ({
    ...task,
    ...(until === undefined ? {} : { until: until === null ? null : new Date(until).toISOString() }),
  }))
  return { ...held, tasks }
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return ''
  let unit = 0
  let amount = bytes
  for (; amount >= 1024 && unit < UNITS.length - 1; unit++) amount /= 1024
  return `${unit === 0 ? amount : amount.toFixed(1)} ${UNITS[unit]}`
}

function timeText(seconds: number): string {
  if (seconds >= 3600) return `${(seconds / 3600).toFixed(1)} h`
  return seconds >= 60 ? `${(seconds / 60).toFixed(1)} min` : `${seconds.toFixed(1)} s`
}

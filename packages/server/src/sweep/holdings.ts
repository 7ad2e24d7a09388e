/**
 * What is held, by whom, until when, and what it would cost to free it. One statement groups all contents by their holders
 * (database/holdings.ts); sums of any kind are made of its rows. What only jobs of tasks hold, intermediates, is freed with the end of
 * their retention, the last of them where jobs of several tasks hold it: costs.ts says what it would take to make it again.
 */
import {
  countUploads,
  findHoldingTasks,
  groupByHolders,
  type HoldersAlike,
  type HoldingTask,
  type Label,
  retentionHours,
} from '../database/holdings.ts'
import type { Queries } from '../database/index.ts'
import { projectName } from '../database/projects.ts'
import type { HolderKind } from '../domain/holders.ts'
import { type Cost, costsOf, free, type Making } from './costs.ts'

export interface Amount {
  contents: number
  bytes: number
}

export type Freeing = Amount & Cost

export interface Holdings {
  /** all of it, each content once */
  total: Amount
  /** of that, what lies on volumes and takes no room here */
  volumes: Amount
  /** by kind of holder; `alone` is what no other kind holds */
  held: ({ by: HolderKind; alone: Amount } & Amount)[]
  /** what nobody holds: the sweeper removes it */
  loose: Amount
  uploads: { uploads: number; bytes: number }
  /** all that only jobs of tasks hold, of this project where one is asked for */
  freeing: Freeing
  /** the largest first; `hours` for which it keeps intermediates; `freeing` is what only jobs of it hold */
  projects: ({ project: string; files: Amount; intermediates: Amount; hours?: number; freeing: Freeing } & Amount)[]
  /** tasks whose jobs hold contents, the largest first; `freeing` is what only jobs of it hold. `until` is null while it runs */
  tasks: ({
    task: string
    name?: string
    project?: string
    status?: string
    until?: number | null
    freeing: Freeing
  } & Amount)[]
}

export interface HoldingsOptions {
  /** only what this project holds */
  project?: string | undefined
  /** how many projects, and tasks, are named; all when not given */
  limit?: number | undefined
}

const KINDS: HolderKind[] = ['file', 'task', 'jobs', 'transfer', 'comparison']
/** Ids of one look. */
const IDS = 500

/** Undefined where there is no such project. */
export async function showHoldings(
  db: Queries,
  { project, limit }: HoldingsOptions = {},
): Promise<Holdings | undefined> {
  if (project !== undefined && (await projectName(db, project)) === undefined) return undefined
  const isOurs = (label: Label) => project === undefined || label.project === project
  const all = await groupByHolders(db)
  const groups = all.filter(({ labels }) => labels.some(isOurs) || (project === undefined && labels.length === 0))
  const freed = groups.filter(group => isIntermediate(group) && group.labels.every(isOurs))
  const costs = await costsOf(db, makersOf(freed), project !== undefined)
  const only = (of: HoldersAlike[], kind?: HolderKind) =>
    sum(of.filter(({ labels }) => labels.some(label => isOurs(label) && (kind === undefined || label.kind === kind))))
  return {
    total: sum(groups),
    volumes: sum(groups.filter(({ onVolume }) => onVolume)),
    held: KINDS.map(by => ({
      by,
      ...only(groups, by),
      alone: sum(
        groups.filter(({ labels }) => labels.length > 0 && labels.every(one => one.kind === by && isOurs(one))),
      ),
    })).filter(({ contents }) => contents > 0),
    loose: sum(groups.filter(({ labels }) => labels.length === 0)),
    uploads: await countUploads(db, project),
    freeing: { ...sum(freed), ...costs.all },
    projects: await describeProjects(
      db,
      byWord(groups, label => (isOurs(label) ? label.project : ''), limit),
      costs.projects,
    ),
    tasks: await describeTasks(
      db,
      byWord(groups, label => (isOurs(label) ? label.task : ''), limit),
      costs.tasks,
    ),
  }
}

type Named = [word: string, groups: HoldersAlike[], amount: Amount]

async function describeProjects(
  db: Queries,
  projects: Named[],
  costs: Map<string, Cost>,
): Promise<Holdings['projects']> {
  const ids = projects.map(([id]) => id)
  const hours = new Map((await inPages(ids, some => retentionHours(db, some))).map(({ id, hours }) => [id, hours]))
  return projects.map(([project, groups, amount]) => {
    const isOurs = (label: Label) => label.project === project
    const held = (kind: HolderKind) =>
      sum(groups.filter(({ labels }) => labels.some(label => isOurs(label) && label.kind === kind)))
    const freed = sum(groups.filter(group => isIntermediate(group) && group.labels.every(isOurs)))
    return {
      project,
      ...amount,
      files: held('file'),
      intermediates: held('jobs'),
      ...(hours.has(project) ? { hours: hours.get(project)! } : {}),
      freeing: { ...freed, ...(costs.get(project) ?? free()) },
    }
  })
}

async function describeTasks(db: Queries, tasks: Named[], costs: Map<string, Cost>): Promise<Holdings['tasks']> {
  const ids = tasks.map(([id]) => id)
  const rows = new Map((await inPages(ids, some => findHoldingTasks(db, some))).map(row => [row.id, row]))
  return tasks.map(([task, groups, amount]) => {
    const alone = sum(groups.filter(({ labels }) => labels.length === 1 && labels[0]!.task === task))
    return { task, ...amount, ...shown(rows.get(task)), freeing: { ...alone, ...(costs.get(task) ?? free()) } }
  })
}

function shown(row: HoldingTask | undefined) {
  if (!row) return {}
  const { name, project, status, until } = row
  return { name, project, status, until: Number.isFinite(until) ? until : null }
}

/** Tasks that are the first to hold what would be freed. */
function makersOf(freed: HoldersAlike[]): Making[] {
  const firsts = freed.map(({ labels }) => labels.reduce((first, label) => (label.task < first.task ? label : first)))
  return [...new Map(firsts.map(({ task, project }) => [task, { id: task, project }])).values()]
}

function isIntermediate({ labels }: HoldersAlike): boolean {
  return labels.length > 0 && labels.every(({ kind }) => kind === 'jobs')
}

/** The groups of each word that labels have, the largest first. */
function byWord(groups: HoldersAlike[], wordOf: (label: Label) => string, limit: number | undefined): Named[] {
  const found = new Map<string, HoldersAlike[]>()
  for (const group of groups) {
    for (const word of new Set(group.labels.map(wordOf))) {
      const known = found.get(word)
      if (known) known.push(group)
      else found.set(word, [group])
    }
  }
  found.delete('')
  return [...found]
    .map(([word, its]): Named => [word, its, sum(its)])
    .toSorted(([a, , x], [b, , y]) => y.bytes - x.bytes || (a < b ? -1 : 1))
    .slice(0, limit)
}

function sum(groups: HoldersAlike[]): Amount {
  const amount = { contents: 0, bytes: 0 }
  for (const { contents, bytes } of groups) {
    amount.contents += contents
    amount.bytes += bytes
  }
  return amount
}

async function inPages<T>(ids: string[], look: (ids: string[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = []
  for (let from = 0; from < ids.length; from += IDS) found.push(...(await look(ids.slice(from, from + IDS))))
  return found
}

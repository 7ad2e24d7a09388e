import type { Api } from './api.ts'
import { ApiError } from './errors.ts'
import { createProgress } from './progress.ts'
import { textOf } from './table.ts'

/** A comparison as the server gives it. */
export interface Comparison {
  task: string
  with: string
  state: 'MAKING' | 'READY' | 'FAILED'
  message?: string
  progress?: { done: number; total: number }
  reproduced?: boolean
  counts?: { identical: number; equivalent: number; different: number; missing: number }
  app?: { same: boolean; old: string; new: string; diff?: string }
  inputs?: { id: string; verdict: string; old?: unknown; new?: unknown }[]
  settings?: { id: string; old?: unknown; new?: unknown }[]
  images?: { name: string; old?: string; new?: string }[]
  jobs?: { same: number; diverged: number; only_old: number; only_new: number }
  pairs?: { href: string }
  first_divergence?: Divergence
}

export interface Difference {
  part: string
  old?: unknown
  new?: unknown
}

export interface Divergence {
  path: string
  old_path?: string
  kind: 'CHANGED' | 'NOT_DETERMINISTIC'
  differs?: Difference[]
  circumstances?: Difference[]
}

export interface ComparedOutput {
  place: string
  verdict: string
  format?: string
  set_aside?: string[]
  renamed?: boolean
  why?: string
  first?: { line?: number; old?: string; new?: string }
  old?: unknown
  new?: unknown
}

/** The comparison of a task with another, by default its origin, when it is made. */
export async function comparisonOf(
  api: Api,
  task: string,
  other: string | undefined,
  silent: boolean,
): Promise<Comparison> {
  const bar = createProgress('Comparing', 'outputs', 0, silent)
  try {
    for (;;) {
      const query = { with: other, wait: 10 }
      const comparison = await api.get<Comparison>(`/tasks/${task}/comparison`, { query })
      if (comparison.state !== 'MAKING') return comparison
      bar.update(comparison.progress?.done ?? 0, comparison.progress?.total ?? 0)
    }
  } finally {
    bar.stop()
  }
}

/** The same, or undefined where the server has no such call or there is nothing to compare with. */
export async function comparisonIfAny(api: Api, task: string, silent: boolean): Promise<Comparison | undefined> {
  try {
    return await comparisonOf(api, task, undefined, silent)
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return undefined
    throw error
  }
}

/** One line: whether it reproduced, and where it first went another way. */
export function verdictLine(comparison: Comparison): string {
  const { state, message, reproduced, counts, first_divergence: first } = comparison
  if (state === 'FAILED') return `Not compared: ${message}`
  const other = `task ${comparison.with}`
  if (reproduced === undefined) return `It can't be said whether this reproduced ${other}.`
  const { identical = 0, equivalent = 0, different = 0, missing = 0 } = counts ?? {}
  const all = identical + equivalent + different + missing
  if (reproduced) return `Reproduced ${other}: ${counts ? agreement(identical, equivalent) : 'every child did'}.`
  const lost = [different > 0 ? `${different} differ` : '', missing > 0 ? `${missing} are missing` : '']
  const what = counts ? `of ${all} outputs ${lost.filter(Boolean).join(' and ')}` : 'a child did not reproduce'
  const where = first ? ` First: job ${first.path}, ${reasonOf(first)}.` : ''
  return `Not reproduced: against ${other} ${what}.${where}`
}

function agreement(identical: number, equivalent: number): string {
  const all = identical + equivalent
  if (all === 0) return 'neither has outputs'
  if (equivalent === 0) return all === 1 ? 'the output is identical' : `all ${all} outputs are identical`
  return `of ${all} outputs ${identical} are identical and ${equivalent} equivalent`
}

export function reasonOf({ kind, differs = [], circumstances = [] }: Divergence): string {
  if (kind === 'CHANGED') return `whose ${differs.map(({ part }) => part).join(', ')} changed`
  const names = circumstances.map(({ part }) => part)
  return names.length === 0
    ? 'whose tool is not deterministic'
    : `which was the same and gave something else; other ${names.join(', ')}`
}

/** `old → new`, of what is long the beginning. */
export function shortOf({ old, new: now }: Omit<Difference, 'part'>): string {
  return `${old === undefined ? '(nothing)' : brief(old)} → ${now === undefined ? '(nothing)' : brief(now)}`
}

function brief(value: unknown): string {
  const text = nameOf(value) ?? textOf(value)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** Of a file its name. */
export function nameOf(value: unknown): string | undefined {
  const name = (value as { name?: unknown } | null | undefined)?.name
  return typeof name === 'string' ? textOf(name) : undefined
}

import { type JobPlan, type Process, stepOf, toolAt, type Value, type Values } from '@reprise/cwl'
import { findHashes } from '../../database/contents.ts'
import type { Queries } from '../../database/index.ts'
import type { ComparedJob } from '../../database/job-pages.ts'
import { loadValues } from '../../database/values.ts'
import { digestOf, partsOf, shapeOf } from '../../digests/shape.ts'
import { contentsIn } from '../../domain/locations.ts'
import { briefOf } from './brief.ts'
import type { JobPair } from './pairing.ts'
import { toolShape } from './tool-shape.ts'

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

/** The processes of both tasks. */
export interface Processes {
  old: Process
  now: Process
}

/** Of each step whether its tool is another one. */
export class Tools {
  readonly #processes: Processes
  readonly #known = new Map<string, { old: string; now: string }>()
  /** True when both tasks have one and the same process: no step has another tool. */
  readonly areSame: boolean

  constructor(processes: Processes) {
    this.#processes = processes
    const { old, now } = processes
    this.areSame = old === now || JSON.stringify(old) === JSON.stringify(now)
  }

  of({ old, now }: JobPair): { old: string; now: string } {
    const step = `${stepOf(old.path)} ${stepOf(now.path)}`
    let known = this.#known.get(step)
    if (!known) {
      const shape = (process: Process, path: string) => digestOf(toolShape(toolAt(process, stepOf(path))))
      known = { old: shape(this.#processes.old, old.path), now: shape(this.#processes.now, now.path) }
      this.#known.set(step, known)
    }
    return known
  }

  differ(pair: JobPair): boolean {
    if (this.areSame) return false
    const { old, now } = this.of(pair)
    return old !== now
  }
}

/**
 * True when a job, or what it left, is another one. Two that have no outputs are the same when they ended in the same way. Of expression
 * tools of before their inputs were kept nobody knows these: what is not known does not differ.
 */
export function hasDiverged(pair: JobPair, tools: Tools): boolean {
  const { old, now } = pair
  const [before, after] = [old.inputs_digest ?? old.inputs, now.inputs_digest ?? now.inputs]
  return (
    old.status !== now.status ||
    (before !== null && after !== null && isOther(before, after)) ||
    isOther(old.plan_digest ?? old.plan, now.plan_digest ?? now.plan) ||
    isOther(old.outputs_digest ?? old.outputs, now.outputs_digest ?? now.outputs) ||
    tools.differ(pair)
  )
}

/** Digests, or the values themselves where bytes can't be hashed. */
function isOther(old: string | null, now: string | null): boolean {
  return old !== now
}

/** What differs of two jobs: every part, those that follow from another too; else the circumstances that do. */
export async function explainDivergence(db: Queries, pair: JobPair, tools: Tools): Promise<Divergence> {
  const { old, now } = pair
  const path = { path: now.path, ...(old.path === now.path ? {} : { old_path: old.path }) }
  const differs = await differencesOf(db, pair, tools)
  if (differs.length > 0) return { ...path, kind: 'CHANGED', differs }
  return { ...path, kind: 'NOT_DETERMINISTIC', circumstances: await circumstancesOf(db, old, now) }
}

async function differencesOf(db: Queries, pair: JobPair, tools: Tools): Promise<Difference[]> {
  const [old, now] = await Promise.all([known(db, pair.old), known(db, pair.now)])
  const differs: Difference[] = []
  const add = (part: string, before: unknown, after: unknown) => {
    differs.push({
      part,
      ...(before === undefined ? {} : { old: before }),
      ...(after === undefined ? {} : { new: after }),
    })
  }
  const tool = tools.of(pair)
  if (tool.old !== tool.now) add('tool', tool.old, tool.now)
  const [was, is] = old.inputs && now.inputs ? [old.inputs, now.inputs] : [{}, {}]
  for (const id of new Set([...Object.keys(is), ...Object.keys(was)])) {
    const [before, after] = [was[id] ?? null, is[id] ?? null]
    if (shaped(before, old.hashes) !== shaped(after, now.hashes)) {
      add(`inputs/${id}`, briefOf(before, old.hashes), briefOf(after, now.hashes))
    }
  }
  if (!old.plan || !now.plan) return differs
  const [before, after] = [partsOf(old.plan), partsOf(now.plan)]
  for (const part of ['command', 'environment', 'platform', 'staging', 'network'] as const) {
    if (JSON.stringify(before[part]) !== JSON.stringify(after[part]))
      add(part, shownPart(before, part), shownPart(after, part))
  }
  return differs
}

function shownPart(parts: ReturnType<typeof partsOf>, part: keyof ReturnType<typeof partsOf>): unknown {
  if (part !== 'command') return briefOf(parts[part] as Value, new Map())
  return briefOf((parts.command as { argv: string[] }).argv.join(' '), new Map())
}

function shaped(value: Value, hashes: Map<string, string | null>): string {
  return JSON.stringify(shapeOf(value, hashes) ?? value)
}

async function known(db: Queries, job: ComparedJob) {
  const values = await loadValues(
    db,
    [job.plan, job.inputs].filter(hash => hash !== null),
  )
  const plan = job.plan === null ? undefined : (values.get(job.plan) as JobPlan)
  const inputs = plan?.inputs ?? (job.inputs === null ? undefined : (values.get(job.inputs) as Values))
  return { plan, inputs, hashes: await findHashes(db, [...contentsIn(inputs ?? {})]) }
}

async function circumstancesOf(db: Queries, old: ComparedJob, now: ComparedJob): Promise<Difference[]> {
  const values = await loadValues(
    db,
    [old.circumstances, now.circumstances].filter(hash => hash !== null),
  )
  const at = (hash: string | null) => (hash === null ? {} : values.get(hash)) as { [name: string]: unknown }
  const [before, after] = [at(old.circumstances), at(now.circumstances)]
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .filter(name => before[name] !== after[name])
    .map(name => ({
      part: name,
      ...(name in before ? { old: before[name] } : {}),
      ...(name in after ? { new: after[name] } : {}),
    }))
}

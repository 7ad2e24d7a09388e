import { evaluate, type Language } from '../expression/evaluate.ts'
import type { Context } from '../expression/reference.ts'
import { shown } from '../expression/text.ts'
import type { CwlVersion, Requirement } from '../model/process.ts'
import { MEANING } from '../model/version.ts'
import type { Value } from '../values.ts'
import type { Requirements } from './effective-requirements.ts'
import type { JobPlan } from './plan.ts'
import { type Capacity, platformHints } from './platform-hints.ts'

type Resources = JobPlan['resources']

/**
 * What a job asks for; the least that it named counts, else the most, else what the platform's hints say. What hints ask
 * for beyond the machine is cut down to it. CWL v1.2 §ResourceRequirement
 *
 * `limit` is the memory that the job may use at most, in MiB: `ramMax` when the tool states it, else `ramMin` or what a hint
 * says. A tool that states nothing has no limit of its own: the default of the specification is a reservation.
 */
export async function resources(
  requirements: Requirements,
  version: CwlVersion,
  language: Language,
  context: Context,
  machine?: Capacity,
): Promise<{ asked: Resources; limit?: number; warnings: string[] }> {
  const required: Requirement = requirements.get('ResourceRequirement') ?? { class: 'ResourceRequirement' }
  const hints = await platformHints(requirements, language, context, machine)
  const amount = async (name: string, otherwise: number): Promise<number> => {
    const least = await numberAt(required[`${name}Min`], `${name}Min`, language, context)
    const most = await numberAt(required[`${name}Max`], `${name}Max`, language, context)
    if (least !== undefined && most !== undefined && least > most) {
      throw new Error(`ResourceRequirement: ${name}Min is ${least}, which is more than ${name}Max, ${most}`)
    }
    return least ?? most ?? otherwise
  }
  const asked = {
    cores: await amount('cores', hints.cores ?? 1),
    ram: Math.ceil(await amount('ram', hints.ram ?? MEANING[version].ram)),
    tmpdir: Math.ceil(await amount('tmpdir', 1024)),
    outdir: Math.ceil(await amount('outdir', hints.outdir ?? 1024)),
  }
  const stated = required.ramMax ?? required.ramMin ?? hints.ram
  const most = await numberAt(required.ramMax, 'ramMax', language, context)
  const limit = stated === undefined || stated === null ? undefined : Math.ceil(most ?? asked.ram)
  return { asked, limit, warnings: hints.warnings }
}

async function numberAt(written: unknown, name: string, language: Language, context: Context) {
  if (written === undefined || written === null) return undefined
  const value = typeof written === 'string' ? await evaluate(language, written, context) : (written as Value)
  if (value === null) return undefined
  if (typeof value === 'number' && value >= 0) return value
  throw new Error(`ResourceRequirement: ${name} must be a number, not ${shown(value)}`)
}

/** The `runtime` object of expressions. Fractions are rounded up. CWL v1.2 §3.4 (Runtime environment) */
export function runtimeOf(asked: Resources, outdir: string, tmpdir: string): NonNullable<Context['runtime']> {
  return {
    outdir,
    tmpdir,
    cores: Math.ceil(asked.cores),
    ram: asked.ram,
    outdirSize: asked.outdir,
    tmpdirSize: asked.tmpdir,
  }
}

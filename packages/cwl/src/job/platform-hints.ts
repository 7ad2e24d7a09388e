/**
 * Hints of Seven Bridges about the machine of a job. They say less than ResourceRequirement, which goes before them, and as
 * hints they never make a job impossible: what is more than this machine has is cut down to it, with a warning.
 *
 *   sbg:CPURequirement, sbg:MemRequirement           cores and MiB of one tool, as numbers or expressions
 *   sbg:AWSInstanceType, sbg:GoogleInstanceType      `c4.8xlarge;ebs-gp2;2000`: a machine, its disk's kind and GiB.
 *                                                    The workflow's goes before the step's, and that before the tool's
 */

import { evaluate, type Language } from '../expression/evaluate.ts'
import type { Context } from '../expression/reference.ts'
import { shown } from '../expression/text.ts'
import type { Value } from '../values.ts'
import type { Requirements } from './effective-requirements.ts'
import { instanceType } from './instance-types.ts'

/** Cores, and memory in MiB, that there are for jobs. */
export interface Capacity {
  cores: number
  ram: number
}

export interface PlatformHints {
  cores?: number
  /** MiB */
  ram?: number
  /** MiB */
  outdir?: number
  warnings: string[]
}

const INSTANCES = ['sbg:AWSInstanceType', 'sbg:GoogleInstanceType']

export async function platformHints(
  requirements: Requirements,
  language: Language,
  context: Context,
  machine: Capacity | undefined,
): Promise<PlatformHints> {
  const warnings: string[] = []
  const instance = instanceOf(requirements, warnings)
  const cut = (amount: number | undefined, most: number | undefined, said: string): number | undefined => {
    if (amount === undefined || most === undefined || amount <= most) return amount
    warnings.push(`${said}, and this machine has ${Math.floor(most)}: that is what the job gets`)
    return Math.floor(most)
  }
  const amount = async (name: string, unit: string, ofInstance: number | undefined, most: number | undefined) => {
    const own = await numberOf(requirements, name, language, context)
    if (own !== undefined) return cut(own, most, `${name} asks for ${own} ${unit}`)
    return cut(ofInstance, most, `the instance type ${instance?.name} has ${ofInstance} ${unit}`)
  }
  const cores = await amount('sbg:CPURequirement', 'cores', instance?.cores, machine?.cores)
  const ram = await amount('sbg:MemRequirement', 'MiB of memory', instance?.ram, machine?.ram)
  return { cores, ram, outdir: instance?.disk === undefined ? undefined : instance.disk * 1024, warnings }
}

function instanceOf(requirements: Requirements, warnings: string[]) {
  for (const hint of INSTANCES) {
    const written = requirements.outermost(hint)?.value
    if (typeof written !== 'string' || written === '') continue
    const [name = '', , disk] = written.split(';').map(part => part.trim())
    const known = instanceType(name)
    if (known) return { ...known, name, ...(Number(disk) > 0 ? { disk: Number(disk) } : {}) }
    warnings.push(`${hint}: the instance type ${name} is not known here and is ignored`)
  }
  return undefined
}

async function numberOf(requirements: Requirements, name: string, language: Language, context: Context) {
  const written = requirements.get(name)?.value
  if (written === undefined || written === null || written === '') return undefined
  const value = typeof written === 'string' ? await evaluate(language, written, context) : (written as Value)
  if (value === null) return undefined
  const amount = typeof value === 'string' ? Number(value) : value
  if (typeof amount === 'number' && amount > 0 && Number.isFinite(amount)) return amount
  throw new Error(`${name}: value must be a number above 0, not ${shown(value)}`)
}

import { evaluate, type Language } from '../expression/evaluate.ts'
import type { Context } from '../expression/reference.ts'
import { entriesIn, isFile, isRecord, mapEntries, nameOf, valueAt, withPath } from '../files.ts'
import type { JobPlan } from '../job/plan.ts'
import { runtimeOf } from '../job/resources.ts'
import type { CommandLineTool, OutputParameter } from '../model/process.ts'
import type { File, Value, Values } from '../values.ts'

type Metadata = { [key: string]: Value }

/**
 * The outputs of a job, as they are kept, with their labels: metadata that the tool's outputs give their files out of the present
 * inputs. Labels are no result: they are the same for a job that ran and for one whose result is another job's. An output without
 * any stays the same value.
 */
export async function labelled(
  { outputs: ports }: Pick<CommandLineTool, 'outputs'>,
  outputs: Values,
  plan: JobPlan,
  language: Language,
): Promise<Values> {
  if (!ports.some(isLabelling)) return outputs
  const context = { inputs: plan.inputs, runtime: runtimeOf(plan.resources, plan.work, plan.tmp) }
  const pairs = ports.filter(isLabelling).map(async port => {
    return [port.id, await withMetadata(port, valueAt(outputs, port.id), plan, language, context)] as const
  })
  return { ...outputs, ...Object.fromEntries(await Promise.all(pairs)) }
}

function isLabelling({ extensions }: OutputParameter): boolean {
  return typeof extensions['sbg:inheritMetadataFrom'] === 'string' || isRecord(extensions['sbg:metadata'])
}

/**
 * Of `sbg:inheritMetadataFrom` the keys that all files of that input have with one value, over them what an expression set
 * (`self[i].metadata`), and on top `sbg:metadata`, whose values may be expressions; null takes a key away.
 */
async function withMetadata(
  { extensions }: OutputParameter,
  value: Value,
  plan: JobPlan,
  language: Language,
  context: Context,
): Promise<Value> {
  const { 'sbg:inheritMetadataFrom': from, 'sbg:metadata': written } = extensions
  const inherited = typeof from === 'string' ? common(valueAt(context.inputs, from.replace(/^#/, ''))) : {}
  return mapEntries(value, async entry => {
    if (!isFile(entry)) return entry
    const own = isRecord(written) ? Object.entries(written) : []
    language.budget?.spend(0, own.length + Object.keys(inherited).length)
    const set = own.map(
      async ([key, item]): Promise<[string, Value]> => [
        key,
        typeof item === 'string' ? await evaluate(language, item, { ...context, self: seen(entry, plan) }) : item,
      ],
    )
    return { ...entry, metadata: { ...inherited, ...entry.metadata, ...Object.fromEntries(await Promise.all(set)) } }
  })
}

/** A file that was kept, in the work folder again. */
function seen(file: File, { work }: JobPlan): File {
  return file.path === undefined ? withPath(file, `${work}/${nameOf(file)}`) : file
}

/** What all files of a value have in common. */
function common(value: Value): Metadata {
  const [first, ...others] = [...entriesIn(value)].filter(isFile).map(file => file.metadata ?? {})
  const isShared = ([key, item]: [string, Value]) =>
    others.every(other => Object.hasOwn(other, key) && JSON.stringify(other[key]) === JSON.stringify(item))
  return Object.fromEntries(Object.entries(first ?? {}).filter(isShared))
}

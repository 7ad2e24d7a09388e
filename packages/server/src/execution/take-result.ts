import { isRecord, type JobPlan, type JobWork, type Key, type Value, type Values } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { addHolders, ContentGone } from '../database/contents.ts'
import type { Write } from '../database/index.ts'
import { listSavedLogs } from '../database/jobs.ts'
import { insertFiles } from '../database/outputs.ts'
import { type Donor, findFilesOf, isDonor } from '../database/reuse.ts'
import type { FileRow, JobRow } from '../database/schema.ts'
import { hashed, loadJson, storeHashed } from '../database/values.ts'
import { digestOf, partsOf } from '../digests/shape.ts'
import { fileHolder, jobsHolder } from '../domain/holders.ts'
import { contentOf, folderLocation, isContent, isFolder } from '../domain/locations.ts'
import { failpoint } from '../failpoints.ts'
import { newFileId } from '../ids.ts'
import { storedKey } from '../reuse/keys.ts'
import { locationsIn } from './held-contents.ts'
import type { SavedAs } from './logs.ts'
import type { TaskRun } from './task-run.ts'

/** Contents that one transaction holds. */
const CONTENTS = 200

/** The result that was to be taken is none for this job any more. */
class DonorGone extends Error {
  override name = 'DonorGone'
}

export interface Taking {
  row: JobRow
  plan: JobPlan
  work: JobWork
  key: Key
}

/**
 * Settles a job with the result of another one, in one transaction in the name of the claim: the donor is one still, the bytes of
 * its outputs are held, its logs are this task's too, and the row says whose result it is. Undefined, and nothing was taken,
 * where it is no donor any more.
 */
export async function takeResult(
  task: TaskRun,
  { row, plan, work, key }: Taking,
  donor: Donor,
): Promise<Values | undefined> {
  const { id, journal, updates, context } = task
  const json = await loadJson(context.database.read, donor.outputs)
  const given = parseJson(json) as Values
  const outputs = relocated(given, donor.path, plan.path)
  const labelled = await work.label(outputs)
  const value = outputs === given ? { hash: donor.outputs, json } : hashed(JSON.stringify(outputs))
  const labels = labelled === outputs ? undefined : hashed(JSON.stringify(labelled))
  const planned = hashed(JSON.stringify(plan))
  const parts = context.storedParts.missing(storedKey(key))
  const contents = [...locationsIn(outputs)].filter(isContent).map(contentOf)
  const logs = await logsOf(task, plan, donor)
  const now = Date.now()
  const settled: JobRow = {
    ...row,
    status: 'DONE',
    attempt: 0,
    plan: planned.hash,
    outputs: value.hash,
    labelled: labels?.hash ?? null,
    key: key.hash,
    // equal keys have equal inputs
    inputs_digest: donor.inputs_digest,
    outputs_digest: donor.outputs_digest,
    plan_digest: digestOf(partsOf(plan)),
    reused_task: donor.task,
    reused_path: donor.path,
    saved: Math.max(0, (donor.ended ?? 0) - (donor.started ?? 0)),
    saved_cost: donor.cost,
    exit_code: donor.exit_code,
    circumstances: donor.circumstances,
    stdout: logs.find(({ of }) => of === donor.stdout)?.row.id ?? null,
    stderr: logs.find(({ of }) => of === donor.stderr)?.row.id ?? null,
    started: now,
    ended: now,
  }
  try {
    const last = await holdSome(task, contents)
    const write = async (tx: Write) => {
      if (!(await isDonor(tx, donor, task.taker))) throw new DonorGone()
      await storeHashed(tx, planned, ...parts, value, ...(labels ? [labels] : []))
      await addHolders(tx, last, jobsHolder(id))
      for (const { row: log } of logs) {
        await addHolders(tx, [log.content!], fileHolder(log.id))
        await insertFiles(tx, [log])
      }
    }
    await journal.settle(settled, write, 3 + parts.length + 2 * last.length + 4 * logs.length)
  } catch (error) {
    if (error instanceof DonorGone || error instanceof ContentGone) return undefined
    throw error
  }
  failpoint('after-take-result')
  context.storedParts.stored(parts)
  if (!donor.inputs_digest || !donor.outputs_digest) context.digests.jobSettled(id, plan.path, [], task.user)
  return updates.settle(labelled)
}

/** Holds most of very many contents before; gives those that are left. */
async function holdSome({ context: { database, owner }, id }: TaskRun, contents: string[]): Promise<string[]> {
  let done = 0
  for (; contents.length - done > CONTENTS; done += CONTENTS) {
    await database.write(async tx => {
      await owner.check(tx, id)
      await addHolders(tx, contents.slice(done, done + CONTENTS), jobsHolder(id))
    })
  }
  return contents.slice(done)
}

/** Folders have the path of the job that made them in their locations: they are made anew for the one that takes them. */
export function relocated(outputs: Values, from: string, to: string): Values {
  const others = new Map<string, string>()
  let isSame = true
  const own = folderLocation(`${from}/`)
  const place = (location: string): string => {
    if (location.startsWith(own)) return folderLocation(`${to}/${location.slice(own.length)}`)
    // an input that came out again: what it is called is another task's
    const known = others.get(location) ?? folderLocation(`${to}//${others.size}`)
    others.set(location, known)
    return known
  }
  const move = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(move)
    if (!isRecord(value)) return value
    const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, move(item)]))
    const { location } = value as { location?: string }
    if (typeof location !== 'string' || !isFolder(location)) return copy
    isSame = false
    return { ...copy, location: place(location) }
  }
  const moved = move(outputs as Value) as Values
  return isSame ? outputs : moved
}

interface TakenLog {
  /** the file of the donor's task */
  of: string
  row: FileRow
}

/** Its logs as files of this task; what was deleted meanwhile is left out. */
async function logsOf(
  { context: { database }, id, project }: TaskRun,
  plan: JobPlan,
  donor: Donor,
): Promise<TakenLog[]> {
  const { read } = database
  const saved = plan.saveLogs?.length ? await listSavedLogs(read, donor.task) : []
  const own = saved.filter(({ metadata }) => (JSON.parse(metadata) as SavedAs).job === donor.path)
  const wanted = [donor.stdout, donor.stderr, ...own.map(log => log.id)].filter(log => log !== null)
  if (wanted.length === 0) return []
  const rows = await findFilesOf(read, donor.task, wanted)
  const now = Date.now()
  const prefix = (path: string) => path.replaceAll('/', '.')
  return rows.map(row => {
    const { log } = JSON.parse(row.metadata) as Partial<SavedAs>
    const name = row.name.startsWith(prefix(donor.path))
      ? prefix(plan.path) + row.name.slice(prefix(donor.path).length)
      : row.name
    const metadata = log === undefined ? row.metadata : JSON.stringify({ job: plan.path, log } satisfies SavedAs)
    const own = { id: newFileId(), project, origin_task: id, name: name.slice(-255), metadata }
    return { of: row.id, row: { ...row, ...own, created: now, modified: now } }
  })
}

/**
 * A batch task. It runs nothing itself: when it starts, its children are made, a task for each group of the record, and from
 * then on it lives as long as the last of them.
 *
 *   1. CREATING: the images that all children need are brought once. Children are made in chunks, in the order of the groups,
 *      each chunk in one transaction; how many there are says where a successor goes on. They are QUEUED at once and
 *      may start while others are still made.
 *   2. All are there: RUNNING. Each child's end looks whether it was the last (settle-batch.ts).
 *   3. ABORTING: its children were told to stop in the same transaction, and none is made any more; the last one ends it.
 */

import type { Values } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { childCount, insertChildren } from '../database/batches.ts'
import { insertHolders } from '../database/contents.ts'
import { DatabaseError } from '../database/errors.ts'
import { holdAll, holdingFirst } from '../database/hold-first.ts'
import type { Write } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { type ActiveTask, addWarnings, FencedError, moveTask } from '../database/task-states.ts'
import { type Hashed, hashed, loadJson, storeHashed } from '../database/values.ts'
import { taskHolder } from '../domain/holders.ts'
import { contentsIn } from '../domain/locations.ts'
import { locationTokens, outputFolders } from '../domain/output-folders.ts'
import type { BatchGroup, StoredRecord } from '../domain/record.ts'
import { failpoint } from '../failpoints.ts'
import { newUuid } from '../ids.ts'
import { pick, recordOfChild } from './batch-record.ts'
import { endFailed } from './endings.ts'
import { hashInputs } from './hash-inputs.ts'
import { withImages } from './images.ts'
import { settleBatch } from './settle-batch.ts'
import { unlessAborted } from './unless-aborted.ts'
import type { WorkerContext } from './worker-context.ts'

/** Children made in one transaction, and rows that these come to, about. */
const CHUNK = 100
const ROWS = 800

/** Brings a batch task as far as it can come by itself. Rejects when its rows can't be written. */
export async function driveBatch(context: WorkerContext, task: ActiveTask, signal: AbortSignal): Promise<void> {
  try {
    if (task.status === 'CREATING' && !signal.aborted) await makeChildren(context, task, signal)
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof FencedError) throw error
    await endFailed(context, task, error)
  }
  await context.database.write(async tx => {
    await context.owner.check(tx, task.id)
    await settleBatch(tx, task.id)
  })
}

async function makeChildren(context: WorkerContext, task: ActiveTask, signal: AbortSignal): Promise<void> {
  const { database } = context
  const { record: withIdentities, warnings } = await withImages(context, task)
  await unlessAborted(hashInputs(context, task), signal)
  const parent = await database.read.selectFrom('tasks').selectAll().where('id', '=', task.id).executeTakeFirstOrThrow()
  const record: StoredRecord = parseJson(withIdentities?.json ?? (await loadJson(database.read, parent.record ?? '')))
  const inputs: Values = parseJson(await loadJson(database.read, parent.inputs))
  const groups = record.batch?.groups ?? []
  let made = await childCount(database.read, task.id)
  while (made < groups.length && !signal.aborted) {
    const children = fitting(groups.slice(made, made + CHUNK).map(group => childOf(parent, record, inputs, group)))
    const written = await holdingFirst(database, async tx => {
      await context.owner.check(tx, task.id)
      if (!(await isCreating(tx, task.id))) return false
      await storeHashed(tx, ...children.flatMap(child => child.values))
      await insertChildren(
        tx,
        children.map(child => child.row),
      )
      await insertHolders(
        tx,
        children.flatMap(child => (child.holders.length > MANY ? [] : child.holders)),
      )
      for (const { row, holders } of children) {
        const contents = holders.map(({ content }) => content)
        if (contents.length > MANY) await holdAll(tx, contents, taskHolder(row.id))
      }
      for (const { row } of children) if (warnings.length > 0) await addWarnings(tx, row.id, warnings)
      return true
    })
    if (!written) return
    made += children.length
    failpoint('after-chunk')
    await context.submitted(children.map(child => child.row))
  }
  await database.write(async tx => {
    await context.owner.check(tx, task.id)
    const fields = { claim: context.owner.claim, running: Date.now(), message: '' }
    if (!signal.aborted) await moveTask(tx, task.id, ['CREATING'], 'RUNNING', fields)
  })
}

async function isCreating(tx: Write, id: string): Promise<boolean> {
  const row = await tx.selectFrom('tasks').select('status').where('id', '=', id).executeTakeFirst()
  return row?.status === 'CREATING'
}

/** Contents of a child that are held before it is made. */
const MANY = 400

/** As many of the children as one transaction takes: one at least. */
function fitting(children: Child[]): Child[] {
  let rows = 0
  const over = children.findIndex(({ holders }) => {
    // its own, two values, warnings; contents that have to be revived
    rows += 4 + 2 * (holders.length > MANY ? 0 : holders.length)
    return rows > ROWS
  })
  return over < 0 ? children : children.slice(0, Math.max(1, over))
}

interface Child {
  row: TaskRow
  values: Hashed[]
  holders: { content: string; holder: string; until: null }[]
}

function childOf(parent: TaskRow, record: StoredRecord, inputs: Values, group: BatchGroup): Child {
  const now = Date.now()
  const { inputs: frozen, seed, time, beside } = recordOfChild(record, parent.id, group, now)
  const { batch, beside: _, places: __, ...shared } = record
  const input = batch?.input ?? ''
  const own = { ...inputs, [input]: pick(inputs[input], group) }
  const row: TaskRow = {
    ...parent,
    id: newUuid(),
    name: `${parent.name} - ${group.value}`,
    batch: 0,
    batch_input: null,
    batch_by: null,
    batch_group: JSON.stringify({ value: group.value, fields: group.fields }),
    parent: parent.id,
    status: 'QUEUED',
    claim: 0,
    origin: null,
    groups: null,
    verifies: 0,
    seed,
    time,
    message: 'In queue',
    created: now,
    started: now,
    running: null,
  }
  const contents = contentsIn(frozen)
  for (const entries of Object.values(beside)) contentsIn(entries, contents)
  const places = outputFolders(row.output_location, locationTokens(row, row.executed_by ?? row.created_by, now))
  const stored = hashed(
    JSON.stringify({
      ...shared,
      inputs: frozen,
      seed,
      time,
      ...(Object.keys(places).length > 0 ? { places } : {}),
      ...(Object.keys(beside).length > 0 ? { beside } : {}),
    }),
  )
  const values = hashed(JSON.stringify(own))
  const holder = taskHolder(row.id)
  return {
    row: { ...row, inputs: values.hash, record: stored.hash },
    values: [values, stored],
    holders: [...contents].map(content => ({ content, holder, until: null })),
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { checkClaim, moveTask, nextClaim } from '../../src/database/task-states.ts'
import type { TaskStatus } from '../../src/domain/task-states.ts'
import { EDGES, isEdge, isTerminal, STATUSES } from '../../src/domain/task-states.ts'
import { openTestDatabase } from '../support/database.ts'
import { taskRow } from '../support/rows.ts'

let folder: string
let database: OpenDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-states-'))
  database = await openTestDatabase(folder)
})

afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

async function taskIn(status: TaskStatus): Promise<string> {
  const row = taskRow({ status })
  await database.write(tx => tx.insertInto('tasks').values(row).execute())
  return row.id
}

const statusOf = async (id: string) =>
  (await database.read.selectFrom('tasks').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status

describe('states of a task', () => {
  test.each(EDGES)('$from → $to', async ({ from, to }) => {
    const id = await taskIn(from)
    expect(await database.write(tx => moveTask(tx, id, [from], to))).toBe(true)
    expect(await statusOf(id)).toBe(to)
  })

  const forbidden = STATUSES.flatMap(from => STATUSES.filter(to => !isEdge(from, to)).map(to => ({ from, to })))

  test.each(forbidden)('never $from → $to', async ({ from, to }) => {
    const id = await taskIn(from)
    await expect(database.write(tx => moveTask(tx, id, [from], to))).rejects.toThrow('does not go')
    expect(await statusOf(id)).toBe(from)
  })

  test('a terminal state has no way out, every other one has', () => {
    for (const status of STATUSES) expect(STATUSES.some(to => isEdge(status, to))).toBe(!isTerminal(status))
  })

  test('a move from a state that the task has left changes nothing', async () => {
    const id = await taskIn('COMPLETED')
    expect(await database.write(tx => moveTask(tx, id, ['QUEUED', 'RUNNING'], 'ABORTING', { message: 'no' }))).toBe(
      false,
    )
    expect(await statusOf(id)).toBe('COMPLETED')
  })

  test('of two who move a task at once, one does', async () => {
    const id = await taskIn('QUEUED')
    const moves = await Promise.all(
      Array.from({ length: 8 }, () => database.write(tx => moveTask(tx, id, ['QUEUED'], 'ABORTING'))),
    )
    expect(moves.filter(moved => moved)).toHaveLength(1)
  })
})

test('an older claim is refused', async () => {
  const first = await database.write(nextClaim)
  await database.write(tx => checkClaim(tx, first))
  const second = await database.write(nextClaim)
  expect(second).toBe(first + 1)
  await expect(database.write(tx => checkClaim(tx, first))).rejects.toThrow('taken over')
  await database.write(tx => checkClaim(tx, second))
})

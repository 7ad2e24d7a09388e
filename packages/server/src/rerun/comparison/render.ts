import { createTwoFilesPatch } from 'diff'
import { parseAppId } from '../../apps/find.ts'
import type { Caller, Context } from '../../context.ts'
import { findRevision } from '../../database/apps.ts'
import type { ComparisonRow } from '../../database/schema.ts'
import { loadJson } from '../../database/values.ts'
import { mayRead } from '../../rights/authorise.ts'
import { isoTime } from '../../time.ts'
import type { Compared } from './request.ts'

/** Characters of two documents together that are laid side by side. */
const MOST_TEXT = 2_000_000

/** A comparison as the API shows it. */
export async function renderComparison(
  context: Context,
  caller: Caller,
  tasks: Compared,
  row: ComparisonRow,
  base: string,
) {
  const { task, other } = tasks
  const address = `${base}/tasks/${task.id}/comparison`
  const frame = { href: `${address}?with=${other.id}`, task: task.id, with: other.id, state: row.state }
  if (row.state === 'FAILED') return { ...frame, message: row.message }
  if (row.state === 'MAKING') return { ...frame, progress: { done: row.done, total: row.total } }
  const { inputs, settings, images, jobs, first_divergence, ...result } = JSON.parse(row.result ?? '{}')
  return {
    ...frame,
    made: isoTime(row.made ?? 0),
    ...result,
    app: await compareApps(context, caller, tasks),
    inputs,
    settings,
    images,
    outputs: { href: `${address}/outputs?with=${other.id}` },
    jobs,
    ...(first_divergence ? { first_divergence } : {}),
  }
}

/** The apps' revisions, and what differs of their documents where the caller may read both. */
async function compareApps({ database: { read } }: Context, caller: Caller, { task, other }: Compared) {
  const sides = { same: task.app === other.app, old: other.app, new: task.app }
  if (sides.same) return sides
  const texts: string[] = []
  for (const app of [other.app, task.app]) {
    const id = parseAppId(app)
    const found = id && (await findRevision(read, id.app, id.revision, caller.username))
    if (!found || !mayRead(found)) return sides
    texts.push(JSON.stringify(JSON.parse(await loadJson(read, found.raw)), null, 2))
  }
  const [old, now] = texts as [string, string]
  if (old.length + now.length > MOST_TEXT) return sides
  return {
    ...sides,
    same: old === now,
    diff: createTwoFilesPatch(other.app, task.app, old, now, undefined, undefined, { timeout: 500 }),
  }
}

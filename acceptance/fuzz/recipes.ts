import type { Random } from './random.ts'
import type { World } from './world.ts'

/** Says a word; starts no process. */
export const SAY = {
  cwlVersion: 'v1.2',
  class: 'ExpressionTool',
  requirements: { InlineJavascriptRequirement: {} },
  inputs: { word: 'string?', reads: 'File?', many: 'File[]?', words: 'string[]?' },
  outputs: { said: 'string' },
  expression: '${return {said: String(inputs.word)}}',
}

const DOCUMENTS: unknown[] = [
  SAY,
  SAY,
  { ...SAY, inputs: { word: 'string' } },
  { ...SAY, class: 'Workflow', steps: [] },
  { cwlVersion: 'v9', class: 'CommandLineTool' },
  { class: 'wdl' },
  'class: CommandLineTool',
  { $graph: [] },
]

/**
 * A good body of a call, for those whose rules no schema tells; undefined for the others. What is put wrong in it afterwards
 * is then the one thing that is wrong.
 */
export function recipe(call: string, world: World, random: Random): unknown {
  const { project, root, folder, file, app, upload, task, users, division } = world.home
  const File = { class: 'File', path: file }
  const name = `n${random.below(100_000)}`
  const inputs = random.pick<object>([{ word: 'hi' }, { reads: File }, { many: [File, File] }, { words: ['a'] }, {}])
  const batch = { batch_input: 'many', batch_by: { type: 'ITEM' } }
  const permissions = { write: random.percent(50), execute: random.percent(50) }
  const item = { file, parent: folder }
  switch (call) {
    case 'apps.create':
    case 'apps.createRevision':
      return random.pick(DOCUMENTS)
    case 'tasks.create':
      return { project, app, name, inputs, ...(random.percent(20) ? { ...batch, inputs: { many: [File] } } : {}) }
    case 'tasks.edit':
      return random.pick<object>([{ name }, { inputs }, { description: name }, {}])
    case 'tasks.editInputs':
      return inputs
    case 'projects.create':
    case 'projects.edit':
    case 'projects.editByPost':
      return { name, tags: ['a'], settings: { use_memoization: true } }
    case 'projects.members.add':
      return users.length > 0 ? { username: random.pick(users), permissions } : undefined
    case 'projects.members.replacePermissions':
    case 'projects.members.editPermissions':
      return { write: true, read: true, copy: false, execute: true, admin: false }
    case 'files.createFolder':
      return { name, type: 'folder', parent: random.pick([root, folder]) }
    case 'files.edit':
      return random.pick<object>([{ name }, { tags: ['a'] }, { metadata: { sample_id: 'S1' } }])
    case 'files.editMetadata':
    case 'files.replaceMetadata':
      return { sample_id: random.pick(['S1', 'S2', null]) }
    case 'files.copy':
    case 'files.move':
      return { parent: folder, name }
    case 'files.copyMany':
      return { project, file_ids: [file] }
    case 'uploads.begin':
      return { parent: root, name, size: random.below(10) }
    case 'uploads.complete':
      return undefined
    case 'async.files.copy':
    case 'async.files.move':
      return { items: [item] }
    case 'async.files.delete':
      return { items: [{ file }] }
    case 'bulk.files.get':
      return { file_ids: [file, root, task] }
    case 'bulk.files.edit':
    case 'bulk.files.update':
      return { items: [{ id: file, name, tags: ['b'], metadata: { sample_id: 'S3' } }] }
    case 'bulk.tasks.get':
      return { task_ids: [task, file] }
    case 'uploads.reportPart':
      return { part_number: 1, response: { headers: { ETag: upload.slice(0, 32) } } }
    case 'teams.create':
      return division ? { name, division } : undefined
    case 'teams.members.add':
      return users.length > 0 ? { id: `${division}/${random.pick(users)}` } : undefined
    default:
      return undefined
  }
}

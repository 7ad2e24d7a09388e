import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startApi } from '../support/api.ts'
import { expectWholeTrees, finished } from '../support/trees.ts'

let api: Api
let kim: Client

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
})
afterAll(() => api.close())

/** Which of the files, or of the folders, there are; names collide often. */
const which = fc.nat({ max: 30 })
const name = fc.constantFrom('a', 'b', '_1_a')
const step = fc.oneof(
  fc.record({ do: fc.constant('folder' as const), to: which, name }),
  fc.record({ do: fc.constant('upload' as const), to: which, name, what: fc.constantFrom('', 'x') }),
  fc.record({ do: fc.constantFrom('copy', 'move'), file: which, to: which, name: fc.option(name) }),
  fc.record({ do: fc.constantFrom('copy later', 'move later'), file: which, to: which, name: fc.option(name) }),
  fc.record({ do: fc.constant('many' as const), files: fc.array(which, { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constant('edit' as const), file: which, name: fc.option(name), value: fc.constantFrom('1', '2') }),
  fc.record({ do: fc.constantFrom('delete', 'delete later'), file: which }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function take(projects: string[], each: Step): Promise<void> {
  const rows = await api.database.read
    .selectFrom('files')
    .select(['id', 'type'])
    .where('project', 'in', projects)
    .orderBy('id')
    .execute()
  const folders = rows.filter(row => row.type === 'folder')
  const file = (index: number) => rows[index % rows.length]!.id
  const to = (index: number) => folders[index % folders.length]!.id
  switch (each.do) {
    case 'folder':
      await kim.post('/files', { parent: to(each.to), name: each.name, type: 'folder' })
      break
    case 'upload':
      await kim.upload({ parent: to(each.to) }, each.name, each.what).catch(() => undefined)
      break
    case 'copy':
    case 'move':
      await kim.post(`/files/${file(each.file)}/actions/${each.do}`, { parent: to(each.to), name: each.name })
      break
    case 'copy later':
    case 'move later': {
      const items = [{ file: file(each.file), parent: to(each.to), name: each.name ?? '' }]
      await finished(kim, kim.post(`/async/files/${each.do.split(' ')[0]}`, { items }))
      break
    }
    case 'many':
      await kim.post('/action/files/copy', { project: projects[0], file_ids: each.files.map(file) })
      break
    case 'edit':
      await kim.patch(`/files/${file(each.file)}`, { name: each.name, metadata: { key: each.value } })
      break
    case 'delete':
      await kim.delete(`/files/${file(each.file)}`)
      break
    case 'delete later':
      await finished(kim, kim.post('/async/files/delete', { items: [{ file: file(each.file) }] }))
  }
}

test('whatever is done with files and folders, in whichever order, the trees stay whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
      const projects = [await kim.project('One'), await kim.project('Two')]
      for (const each of steps) await take(projects, each)
      await expectWholeTrees(api.database)
    }),
    { numRuns: 25 },
  )
})

test('the same when several are under way at one time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
      const projects = [await kim.project('One'), await kim.project('Two')]
      for (let n = 0; n < 4; n++) await take(projects, { do: 'folder', to: n, name: 'a' })
      await Promise.all(steps.map(each => take(projects, each)))
      await expectWholeTrees(api.database)
    }),
    { numRuns: 15 },
  )
  expect.hasAssertions()
})

import { expect } from 'vitest'
import type { Database } from '../../src/database/index.ts'
import type { Answer, Client, Json } from './api.ts'

/** What must hold of all files at any time. */
export async function expectWholeTrees(database: Database): Promise<void> {
  const files = await database.read.selectFrom('files').selectAll().execute()
  const projects = await database.read.selectFrom('projects').select(['id', 'root_folder']).execute()
  const byId = new Map(files.map(file => [file.id, file]))

  const names = files.filter(file => file.parent).map(file => `${file.parent}/${file.name}`)
  expect(new Set(names).size, 'a name is there once in a folder').toBe(names.length)

  const roots = new Map(projects.map(project => [project.root_folder, project.id]))
  for (const file of files) {
    let at = file
    for (let steps = 0; at.parent !== null; steps++) {
      const parent = byId.get(at.parent)
      expect(parent, `the folder that ${at.name} lies in`).toMatchObject({ type: 'folder', project: file.project })
      expect(steps, 'no folder lies in itself').toBeLessThan(files.length)
      at = parent!
    }
    expect(roots.get(at.id), 'everything lies below the root of its project').toBe(file.project)
  }

  const holders = await database.read.selectFrom('holders').selectAll().where('holder', 'like', 'file:%').execute()
  const held = holders.map(({ content, holder }) => `${holder} ${content}`).sort()
  const needed = files.filter(file => file.content).map(file => `file:${file.id} ${file.content}`)
  expect(held, 'each content is held by the files that name it').toEqual(needed.sort())

  const rows = await database.read.selectFrom('file_metadata').selectAll().execute()
  const found = rows.map(({ folder, key, value, file }) => JSON.stringify([folder, key, value, file])).sort()
  const said = files.flatMap(({ id, parent, metadata }) =>
    Object.entries(JSON.parse(metadata)).map(([key, value]) => JSON.stringify([parent, key, value, id])),
  )
  expect(found, 'files are found by the metadata that they have, where they lie').toEqual(said.sort())
}

/** An operation on files, from its submission to its end. */
export async function finished(client: Client, submitted: Promise<Answer>): Promise<Json> {
  const { status, text, body } = await submitted
  if (status !== 202) throw new Error(text)
  for (;;) {
    const job = (await client.get(body.href)).body
    if (job.state === 'FINISHED') return job
  }
}

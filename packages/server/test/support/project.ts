import type { Database } from '../../src/database/index.ts'
import { newFileId } from '../../src/ids.ts'

/** A project with nothing in it; gives the id of its root folder. */
export async function makeProject(database: Database, id: string): Promise<string> {
  const root = newFileId()
  const [owner = '', name = ''] = id.split('/')
  const times = { created: Date.now(), modified: Date.now() }
  await database.write(async tx => {
    await tx
      .insertInto('projects')
      .values({
        id,
        owner,
        name,
        description: '',
        tags: '[]',
        settings: '{}',
        billing_group: null,
        root_folder: root,
        public: 0,
        created_by: owner,
        ...times,
      })
      .execute()
    await tx
      .insertInto('file_rows')
      .values({
        id: root,
        project: id,
        parent: null,
        type: 'folder',
        name: '',
        content: null,
        size: null,
        origin_task: null,
        tags: '[]',
        metadata: '{}',
        ...times,
      })
      .execute()
  })
  return root
}

import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bootId } from './process-identity.ts'

export interface WorkFolders {
  /** attempts' folders, `<task>/<job>/<attempt>` */
  workFolder: string
  /** the same of other machines and earlier boots, where workers share tasks: what runs there is lost to this one */
  otherFolders(): Promise<string[]>
}

/**
 * Where attempts have their folders. Workers that share tasks have one folder for each boot of a machine: what one of them left
 * is taken over where its processes can be seen and waited for, and never written to from elsewhere.
 */
export async function workFolders(dataFolder: string, shared: boolean): Promise<WorkFolders> {
  const work = join(dataFolder, 'work')
  if (!shared) return { workFolder: work, otherFolders: async () => [] }
  await mkdir(work, { recursive: true })
  const boot = bootId()
  return {
    workFolder: join(work, boot),
    otherFolders: async () => {
      const names = await readdir(work).catch(() => [])
      return names.filter(name => name !== boot).map(name => join(work, name))
    },
  }
}

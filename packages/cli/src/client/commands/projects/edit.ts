import type { Api } from '../../api.ts'
import { ClientError } from '../../errors.ts'
import { projectOf } from '../../names.ts'
import { valuesOf } from '../../pairs.ts'
import { printJson } from '../../print.ts'
import type { Project } from '../../shapes.ts'

export interface ProjectFlags {
  name?: string
  description?: string
  tags?: string[]
  billingGroup?: string
  set: string[]
  json?: boolean
}

export async function projectsCreate(api: Api, name: string, flags: ProjectFlags): Promise<void> {
  report(await api.post<Project>('/projects', { body: { ...bodyOf(flags), name } }), flags)
}

export async function projectsEdit(api: Api, name: string, flags: ProjectFlags): Promise<void> {
  const body = bodyOf(flags)
  if (Object.values(body).every(value => value === undefined)) throw new ClientError('Nothing to change was given.')
  report(await api.call<Project>('PATCH', `/projects/${await projectOf(api, name)}`, { body }), flags)
}

const bodyOf = ({ name, description, tags, billingGroup, set }: ProjectFlags) => ({
  name,
  description,
  tags,
  billing_group: billingGroup,
  settings: set.length > 0 ? valuesOf(set, '--set') : undefined,
})

function report(project: Project, { json }: ProjectFlags): void {
  if (json) printJson(project)
  else console.log(`${project.id}\t${project.name}`)
}

import type { ListShape } from './listing.ts'
import { formatBytes } from './progress.ts'
import type { App, FileEntry, Member, Project, Task } from './shapes.ts'
import { PERMISSIONS } from './shapes.ts'

/** How things of each kind stand in a table. */

export const TASKS: ListShape<Task> = {
  nouns: ['task', 'tasks'],
  fields: 'id,name,status,app,created_by,created_time',
  columns: [
    { title: 'ID', of: task => task.id, whole: true },
    { title: 'NAME', of: task => task.name },
    { title: 'STATUS', of: task => task.status },
    { title: 'APP', of: task => task.app },
    { title: 'BY', of: task => task.created_by },
    { title: 'CREATED', of: task => task.created_time },
  ],
}

/** The children of a batch task. */
export const CHILDREN: ListShape<Task> = {
  nouns: ['child', 'children'],
  fields: 'id,name,status,batch_group,created_time,end_time',
  columns: [
    { title: 'ID', of: task => task.id, whole: true },
    { title: 'GROUP', of: task => task.batch_group?.value },
    { title: 'STATUS', of: task => task.status },
    { title: 'NAME', of: task => task.name },
    { title: 'ENDED', of: task => task.end_time },
  ],
}

export const FILES: ListShape<FileEntry> = {
  nouns: ['file', 'files'],
  fields: 'id,name,type,size,modified_on,tags',
  columns: [
    { title: 'ID', of: file => file.id, whole: true },
    { title: 'NAME', of: file => (file.type === 'folder' ? `${file.name}/` : file.name) },
    { title: 'SIZE', of: file => (file.size === undefined ? '' : formatBytes(file.size)), right: true },
    { title: 'CHANGED', of: file => file.modified_on },
    { title: 'TAGS', of: file => file.tags },
  ],
}

export const PROJECTS: ListShape<Project> = {
  nouns: ['project', 'projects'],
  fields: 'id,name,created_by,created_on,tags',
  columns: [
    { title: 'ID', of: project => project.id, whole: true },
    { title: 'NAME', of: project => project.name },
    { title: 'BY', of: project => project.created_by },
    { title: 'CREATED', of: project => project.created_on },
    { title: 'TAGS', of: project => project.tags },
  ],
}

export const MEMBERS: ListShape<Member> = {
  nouns: ['member', 'members'],
  fields: '_all',
  columns: [
    { title: 'USER', of: member => member.username, whole: true },
    { title: 'TYPE', of: member => member.type },
    { title: 'PERMISSIONS', of: member => PERMISSIONS.filter(name => member.permissions?.[name]) },
  ],
}

export const APPS: ListShape<App> = {
  nouns: ['app', 'apps'],
  fields: 'id,name,project,revision',
  columns: [
    { title: 'ID', of: app => app.id, whole: true },
    { title: 'NAME', of: app => app.name },
    { title: 'REVISION', of: app => app.revision, right: true },
  ],
}

import type { Server } from './server.ts'

export const ECHO = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: 'echo',
  inputs: { message: { type: 'string', inputBinding: {} } },
  outputs: { said: 'stdout' },
  stdout: 'said.txt',
}

/** A project with an app that says a word, and a draft of it; gives the task's id. */
export async function echoTask(server: Server): Promise<string> {
  const project = await server.call<{ id: string }>('POST', '/projects', { name: `bench ${crypto.randomUUID()}` })
  const app = `${project.id}/echo`
  await server.call('POST', `/apps/${app}/raw`, ECHO)
  const task = await server.call<{ id: string }>('POST', '/tasks', {
    project: project.id,
    app,
    name: 'echo',
    inputs: { message: 'hello' },
  })
  return task.id
}

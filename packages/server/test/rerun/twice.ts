/** Apps of the corpus, each run and rerun, and what the comparison says. */
import type { Client, Json } from '../support/api.ts'
import type { CorpusApp } from './corpus.ts'

/** Where the apps run: a project with their inputs. */
export interface Bench {
  project: string
  inputs: { [id: string]: unknown }
}

export async function prepareBench(kim: Client): Promise<Bench> {
  const project = await kim.project('Twice')
  const root = (await kim.get(`/projects/${project}`)).body.root_folder
  const reads = await kim.upload({ project }, 'reads.txt', 'reads')
  await kim.upload({ project }, 'reads.txt.idx', 'index')
  const folder = (await kim.post('/files', { name: 'folder', type: 'folder', parent: root })).body.id
  await kim.upload({ parent: folder }, 'one.txt', 'one')
  await kim.upload({ parent: folder }, 'two.txt', 'two')
  const inputs = {
    reads: { class: 'File', path: reads },
    folder: { class: 'Directory', path: folder },
    words: ['a', 'b', 'c'],
  }
  return { project, inputs }
}

export async function ended(kim: Client, href: string): Promise<Json> {
  for (;;) {
    const { body } = await kim.get(href)
    if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(body.status)) return body
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** The task of an app when it has ended. */
export async function runApp(
  kim: Client,
  { project, inputs }: Bench,
  name: string,
  { document, batch }: CorpusApp,
): Promise<Json> {
  const app = await kim.app(project, name, document)
  const ids = Array.isArray(document.inputs) ? ['reads', 'words'] : Object.keys(document.inputs as object)
  const given = Object.fromEntries(Object.entries(inputs).filter(([id]) => ids.includes(id)))
  const made = await kim.post('/tasks?action=run', { project, app, name, inputs: given, ...batch })
  return await ended(kim, made.body.href)
}

/** True when the rerun of a task is identical; else what to look at. */
export async function again(kim: Client, origin: Json): Promise<unknown> {
  if (origin.status !== 'COMPLETED') {
    return { status: origin.status, why: origin.execution_status, errors: origin.errors }
  }
  const rerun = await ended(kim, (await kim.post(`/tasks/${origin.id}/actions/clone?action=run`)).body.href)
  const comparison = `/tasks/${rerun.id}/comparison`
  for (;;) {
    const { body } = await kim.get(`${comparison}?wait=30`)
    if (body.state === 'MAKING') continue
    if (body.state === 'READY' && body.reproduced === true && !(body.counts as Partial<Json> | undefined)?.equivalent)
      return true
    const [outputs, pairs] = await Promise.all(['outputs', 'pairs'].map(what => kim.get(`${comparison}/${what}`)))
    const rows = outputs!.body.items?.filter(row => row.verdict !== 'identical')
    return {
      status: rerun.status,
      state: body.state,
      outputs: rows,
      pairs: pairs!.body.items,
      first: body.first_divergence,
    }
  }
}

/** Works on some items at a time: a server reads no more documents of one user. */
export async function someAtATime<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const done: R[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      done[index] = await work(items[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: 6 }, worker))
  return done
}

/** The apps that did not come out the same, by name. */
export async function twice(
  kim: Client,
  bench: Bench,
  apps: readonly CorpusApp[],
  prefix: string,
): Promise<Map<string, unknown>> {
  const verdicts = await someAtATime(apps, async (app, number) => ({
    name: app.name,
    verdict: await again(kim, await runApp(kim, bench, `${prefix}${number}`, app)),
  }))
  return new Map(verdicts.filter(({ verdict }) => verdict !== true).map(({ name, verdict }) => [name, verdict]))
}

/** The same app, whose tools run in an image. */
export function inImage(app: CorpusApp, image: string): CorpusApp {
  const { hints, ...document } = app.document
  const container = { class: 'DockerRequirement', dockerPull: image }
  const others = Array.isArray(hints)
    ? hints
    : Object.entries((hints as Json | undefined) ?? {}).map(([name, more]) => ({ class: name, ...(more as object) }))
  return { ...app, document: { ...document, hints: [...others, container] } }
}

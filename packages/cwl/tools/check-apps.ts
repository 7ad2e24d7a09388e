/**
 * Checks apps as they are published: every `.cwl` and `.json` below the folders given is loaded, and each of its tools, those
 * of a workflow's steps too, is planned with made-up inputs (made-up.ts). A line for each app says how far it came (check-app.ts),
 * those below it why no further; the last one counts. Nothing is run, and a file without a process is no app. One thread
 * for each core. Exit code 1 when any was not loaded or not planned, or there was none.
 */
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Stage, Verdict } from './check-app.ts'

export type Counts = { [stage in Stage]: number }

/** Checks all apps below a folder; `say` gets the lines, in the order of the files' names. */
export async function checkApps(folder: string, say: (line: string) => void): Promise<Counts> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && /\.(cwl|json)$/i.test(entry.name))
  const paths = files.map(file => join(file.parentPath, file.name)).toSorted()
  const verdicts = new Map<string, Verdict | undefined>()
  const waiting = [...paths]
  let told = 0
  const settle = (path: string, verdict: Verdict | undefined) => {
    verdicts.set(path, verdict)
    for (; told < paths.length && verdicts.has(paths[told]!); told++) {
      const found = verdicts.get(paths[told]!)
      if (!found) continue
      say(`${relative(folder, paths[told]!)}: ${found.stage}`)
      for (const reason of found.reasons) say(`  ${reason}`)
    }
  }
  const threads = Math.min(availableParallelism(), paths.length)
  await Promise.all(Array.from({ length: threads }, () => drain(waiting, settle)))
  const counts: Counts = { planned: 0, 'planned but for made-up values': 0, 'not planned': 0, 'not loaded': 0 }
  for (const verdict of verdicts.values()) if (verdict) counts[verdict.stage]++
  return counts
}

/** One thread that takes paths as long as there are any; one that breaks down has its app to blame, and is replaced. */
async function drain(waiting: string[], settle: (path: string, verdict: Verdict | undefined) => void): Promise<void> {
  let worker: Worker | undefined
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    worker ??= new Worker(new URL('./check-worker.ts', import.meta.url))
    worker.postMessage(path)
    try {
      const [answer] = (await once(worker, 'message')) as [{ verdict: Verdict | undefined }]
      settle(path, answer.verdict)
    } catch (error) {
      settle(path, { stage: 'not loaded', reasons: [`the check broke down: ${String(error)}`] })
      worker = undefined
    }
  }
  if (!worker) return
  const exit = once(worker, 'exit')
  worker.postMessage(undefined)
  await exit
}

if (import.meta.main) {
  const folders = process.argv.slice(2)
  if (folders.length === 0) {
    console.error('Say where the apps are: make check-apps APPS=DIR')
    process.exit(2)
  }
  const counts: { [stage: string]: number } = {}
  for (const folder of folders) {
    for (const [stage, count] of Object.entries(await checkApps(folder, line => console.log(line)))) {
      counts[stage] = (counts[stage] ?? 0) + count
    }
  }
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  console.log(
    `${all} apps: ${Object.entries(counts)
      .map(([stage, count]) => `${count} ${stage}`)
      .join(', ')}`,
  )
  process.exitCode = counts['not loaded']! + counts['not planned']! > 0 || all === 0 ? 1 : 0
}

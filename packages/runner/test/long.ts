import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Isolation, type JobSpecification, stage, start, startAttached } from '../src/index.ts'
import { job, temporaryFolder } from './job.ts'

/** In each isolation: what is too long for a line runs all the same, by either way of starting a job. */
export function testLongCommands(isolation: Isolation, fields: () => Promise<Partial<JobSpecification>>): void {
  async function outputs(specified: Partial<JobSpecification>): Promise<string[]> {
    const folder = await temporaryFolder()
    const texts: string[] = []
    for (const way of ['wrapped', 'attached']) {
      const attempt = join(folder, way)
      const specification = job(attempt, isolation, { stdout: 'said', ...specified, ...(await fields()) })
      if (way === 'wrapped') await stage(attempt, specification)
      const { exitCode } = await (way === 'wrapped' ? start(attempt) : startAttached(attempt, specification)).ended
      const text = await readFile(join(attempt, 'work/said'), 'utf8')
      texts.push(
        exitCode === 0 ? text : `exit code ${exitCode}: ${await readFile(join(attempt, 'stderr.log'), 'utf8')}`,
      )
    }
    return texts
  }
  const twice = (text: string) => [text, text]

  test('a command of tens of thousands of words', async () => {
    const words = Array.from({ length: 30_000 }, (_, index) => `it's "${index}" $x\\n`)
    expect(await outputs({ argv: ['/bin/echo', ...words] })).toEqual(twice(`${words.join(' ')}\n`))
  })

  test('a line for the shell of more than 128 KiB', async () => {
    const text = 'x'.repeat(200_000)
    const line = `for i in 1 2; do echo "$i ${text}"; done | cut -c1-5 # it's`
    expect(await outputs({ argv: [line], shell: true })).toEqual(twice('1 xxx\n2 xxx\n'))
  })

  test('a word of more than 128 KiB for what the shell does itself', async () => {
    const text = `it's\\n ${'x'.repeat(200_000)}`
    expect(await outputs({ argv: ['echo', text, 'end'] })).toEqual(twice(`${text} end\n`))
  })

  test('thousands of variables', async () => {
    const names = Array.from({ length: 6000 }, (_, index) => `V_${index}`)
    const environment = Object.fromEntries([...names.map(name => [name, `of ${name}`])])
    const line = 'env | grep -c "^V_"; env | grep "^V_5999="'
    expect(await outputs({ argv: [line], shell: true, environment })).toEqual(twice('6000\nV_5999=of V_5999\n'))
  })

  test('thousands of inputs', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder()
    // on another file system, from where nothing can be linked
    const elsewhere = await mkdtemp('/dev/shm/reprise-runner-')
    onTestFinished(() => rm(elsewhere, { recursive: true }))
    await chmod(elsewhere, 0o755)
    const source = join(elsewhere, 'content')
    await writeFile(source, 'bytes', { mode: 0o444 })
    const place = isolation === 'none' ? join(folder, 'attempt/inputs') : '/inputs'
    const entries = Array.from({ length: 4000 }, (_, index) => ({
      type: 'file' as const,
      source,
      target: join(place, String(index), 'f'),
      writable: false,
    }))
    const attempt = join(folder, 'attempt')
    const argv = ['cat', ...entries.map(entry => entry.target)]
    await stage(attempt, job(attempt, isolation, { argv, stage: entries, stdout: 'said', ...(await fields()) }))
    expect((await start(attempt).ended).exitCode).toBe(0)
    expect(await readFile(join(attempt, 'work/said'), 'utf8')).toBe('bytes'.repeat(4000))
  })
}

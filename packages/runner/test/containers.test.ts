import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import {
  cancel,
  EngineError,
  Images,
  type JobSpecification,
  Left,
  LostAttempt,
  remove,
  resume,
  stage,
  start,
  startAttached,
} from '../src/index.ts'
import { type RealEngine, startEngine } from './engines.ts'
import { job, temporaryFolder } from './job.ts'
import { testLongCommands } from './long.ts'
import { testStaging } from './staging.ts'

const log = (attempt: string, name = 'stdout') => readFile(join(attempt, `${name}.log`), 'utf8')

for (const name of ['podman', 'docker'] as const) {
  const real = await startEngine(name)
  if (typeof real === 'string') console.log(`Tests with ${name} are skipped: ${real}.`)
  describe.skipIf(typeof real === 'string')(`a container of ${name}`, () => tests(real as RealEngine))
}

function tests(real: RealEngine) {
  const { engine } = real
  const images = new Images({ engine })
  afterAll(() => real.stop(), 60_000)

  testLongCommands(engine, async () => ({ image: (await images.get(real.image)).id }))
  testStaging(engine, async () => ({ image: (await images.get(real.image)).id }))

  async function prepared(line: string, fields: Partial<JobSpecification> = {}) {
    const attempt = join(await temporaryFolder(), 'attempt')
    const image = fields.image ?? (await images.get(real.image)).id
    const specification = job(attempt, engine, { argv: ['sh', '-c', line], ...fields, image })
    await stage(attempt, specification)
    return { attempt, specification }
  }

  async function run(line: string, fields: Partial<JobSpecification> = {}) {
    const { attempt } = await prepared(line, fields)
    return { attempt, record: await start(attempt).ended }
  }

  test('runs the command with its streams and leaves what it wrote', async () => {
    const line = 'echo out; echo err >&2; cat > kept; pwd; echo $HOME $TMPDIR; exit 3'
    const source = join(await temporaryFolder(), 'content')
    await writeFile(source, 'bytes', { mode: 0o444 })
    const entry = { type: 'file' as const, source, target: '/inputs/0/reads.txt', writable: false }
    const { attempt, record } = await run(line, { stdin: '/inputs/0/reads.txt', stage: [entry], stdout: 'said.txt' })
    expect(record).toMatchObject({ exitCode: 3, timedOut: false })
    expect(record.notStarted).toBeUndefined()
    expect(await readFile(join(attempt, 'work/said.txt'), 'utf8')).toBe('out\n/work\n/work /tmp\n')
    expect(await log(attempt, 'stderr')).toBe('err\n')
    expect(await readFile(join(attempt, 'work/kept'), 'utf8')).toBe('bytes')
    expect((await new Left(attempt).manifest()).map(entry => entry.path)).toEqual(['kept', 'said.txt'])
  })

  test('has no rights: not root, no capabilities, no new privileges, a system-call filter, nothing to write but its own', async () => {
    const line =
      'id -u; grep -E "^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):" /proc/self/status; ' +
      'for f in / /etc /usr /inputs /bin; do touch $f/x 2>/dev/null && echo written $f; done; touch /work/x /tmp/x && echo own'
    const { attempt } = await run(line)
    expect((await log(attempt)).replaceAll('\t', ' ').trim().split('\n')).toEqual([
      '64737',
      'CapPrm: 0000000000000000',
      'CapEff: 0000000000000000',
      'CapBnd: 0000000000000000',
      'NoNewPrivs: 1',
      'Seccomp: 2',
      'own',
    ])
  })

  test('has no network, and nothing of the machine', async () => {
    const { attempt } = await run(
      'grep -c : /proc/net/dev; cat /proc/net/route | wc -l; ls -d /home/* /var/lib/* 2>/dev/null; hostname',
    )
    expect((await log(attempt)).split('\n').slice(1)).toEqual(['1', 'reprise', ''])
    expect(Number((await log(attempt)).split('\n')[0])).toBeLessThanOrEqual(2)
  })

  test('is killed for memory beyond its limit, and the record says so', async () => {
    const { record } = await run('dd if=/dev/zero of=/dev/null bs=300M count=1; exit $?', { memoryLimit: 64 })
    expect(record.exitCode).toBe(137)
    // podman tells it only where its monitor can watch the control group
    if (engine === 'docker') expect(record.outOfMemory).toBe(true)
    expect((await run('true', { memoryLimit: 64 })).record.outOfMemory).toBeUndefined()
  })

  test('can have so many processes and no more', async () => {
    const { attempt } = await run('cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null')
    expect((await log(attempt)).trim()).toBe('4096')
  })

  test('is gone when its time is over, and told apart from the tool’s own exit code', async () => {
    const { attempt, record } = await run('touch started; sleep 600', { timeLimit: 2 })
    expect(record.timedOut).toBe(true)
    expect(await stat(join(attempt, 'work/started'))).toBeDefined()
    expect(await real.containers()).toEqual([])
    expect((await run('exit 125')).record).toMatchObject({ exitCode: 125 })
    expect((await run('exit 125')).record.notStarted).toBeUndefined()
  })

  test('that can’t be started is the engine’s trouble, not an exit code of the tool', async () => {
    const { attempt, record } = await run('true', { image: `sha256:${'0'.repeat(64)}` })
    expect(record).toMatchObject({ exitCode: 125, notStarted: true })
    expect(await log(attempt, 'stderr')).not.toBe('')
  })

  async function whenStarted(attempt: string): Promise<void> {
    while (!(await stat(join(attempt, 'work/started')).catch(() => undefined))) await new Promise(setImmediate)
  }

  test('is gone when its attempt is cancelled', async () => {
    const { attempt } = await prepared('touch started; sleep 600')
    const { ended } = start(attempt)
    await whenStarted(attempt)
    await cancel(attempt)
    await expect(ended).rejects.toThrow(LostAttempt)
    expect(await real.containers()).toEqual([])
  })

  test('is gone when an attached attempt is killed', async () => {
    const attempt = join(await temporaryFolder(), 'attempt')
    const image = (await images.get(real.image)).id
    const { ended, kill } = startAttached(
      attempt,
      job(attempt, engine, { argv: ['sh', '-c', 'touch started; sleep 600'], image }),
    )
    await whenStarted(attempt)
    await kill()
    await expect(ended).rejects.toThrow(LostAttempt)
    expect(await real.containers()).toEqual([])
  })

  test('is adopted while it runs, and removed when its wrapper was lost', async () => {
    const running = await prepared('touch started; until [ -e go ]; do sleep 0.05; done; exit 5')
    const first = start(running.attempt)
    await whenStarted(running.attempt)
    const adopted = await resume(running.attempt)
    if (adopted === 'lost' || 'exitCode' in adopted) throw new Error('it was running')
    await writeFile(join(running.attempt, 'work/go'), '')
    expect((await adopted.ended).exitCode).toBe(5)
    await first.ended

    const orphan = await prepared('touch started; sleep 600')
    const lost = start(orphan.attempt)
    await whenStarted(orphan.attempt)
    process.kill(Number(await readFile(join(orphan.attempt, 'pid'), 'utf8')), 'SIGKILL')
    await expect(lost.ended).rejects.toThrow(LostAttempt)
    expect(await resume(orphan.attempt)).toBe('lost')
    expect(await real.containers()).toEqual([])
  })

  test('of a hostile image: its user, variables, volumes and folder change nothing, its entry point is heeded', async () => {
    const name = await real.make('localhost/hostile:1', [
      'USER root',
      'ENV HOME=/root LD_PRELOAD=/nothing.so',
      'WORKDIR /etc',
      'VOLUME /inputs',
      'ENTRYPOINT ["sh", "-c", "echo entry; exec \\"$@\\"", "sh"]',
    ])
    const { id } = await images.get(name)
    const { attempt, record } = await run('id -u; pwd; echo $HOME', { image: id })
    expect(record.exitCode).toBe(0)
    expect(await log(attempt)).toBe('entry\n64737\n/work\n/work\n')
  })

  test('sees entries at paths of its own, and its work folder where the tool wants it', async () => {
    const attempt = join(await temporaryFolder(), 'attempt')
    const image = (await images.get(real.image)).id
    const view = { work: '/results', inputs: '/inputs', tmp: '/tmp' }
    const entries = [
      { type: 'text' as const, text: 'mine', target: '/opt/tool/conf.txt', writable: false },
      { type: 'folder' as const, target: '/opt/data', writable: true },
      { type: 'text' as const, text: 'inner', target: '/opt/data/deep/f', writable: true },
    ]
    const line =
      'cat /opt/tool/conf.txt /opt/data/deep/f; echo x > /opt/data/new && echo new; (echo x > /opt/tool/conf.txt) 2>/dev/null || echo kept; pwd'
    await stage(attempt, job(attempt, engine, { argv: ['sh', '-c', line], image, view, stage: entries }))
    expect((await start(attempt).ended).exitCode).toBe(0)
    expect(await log(attempt)).toBe('mineinnernew\nkept\n/results\n')
  })

  test('what is named by a stream is written through no link', async () => {
    const attempt = join(await temporaryFolder(), 'attempt')
    const image = (await images.get(real.image)).id
    const source = join(await temporaryFolder(), 'secret')
    await writeFile(source, 'bytes', { mode: 0o444 })
    const entry = { type: 'file' as const, source, target: '/work/out.txt', writable: false }
    await stage(
      attempt,
      job(attempt, engine, { argv: ['echo', 'overwritten'], image, stdout: 'out.txt', stage: [entry] }),
    )
    expect((await start(attempt).ended).exitCode).not.toBe(0)
    expect(await readFile(source, 'utf8')).toBe('bytes')
  })

  test('images: named by what they are, one that can’t be had is a clear error', async () => {
    const { stdout } = await promisify(execFile)(engine, ['image', 'inspect', '--format', '{{.Id}}', real.image])
    expect((await images.get(real.image)).id.replace('sha256:', '')).toBe(stdout.trim().replace('sha256:', ''))
    const mapped = new Images({ engine, map: { 'registry.example/': 'localhost/' } })
    expect((await mapped.get('registry.example/busybox:1')).id).toBe((await images.get(real.image)).id)
    const missing = images.get('127.0.0.1:9/none/such:1')
    await expect(missing).rejects.toThrow(EngineError)
    await expect(missing).rejects.toThrow(
      "the image 127.0.0.1:9/none/such:1 is not on this machine and can't be pulled",
    )
  }, 60_000)

  test('folders that a job made unreadable are removed', async () => {
    const { attempt } = await run('mkdir -p a/b; touch a/b/c; chmod 000 a')
    await remove(attempt)
    await expect(stat(attempt)).rejects.toThrow('ENOENT')
  })
}

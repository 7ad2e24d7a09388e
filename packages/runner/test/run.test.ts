import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cancel, checkIsolation, jobUser, Left, LostAttempt, resume, stage, start, viewOf } from '../src/index.ts'
import { job, runLine, runLineAttached, temporaryFolder } from './job.ts'
import { testLongCommands } from './long.ts'

const log = (attempt: string, name = 'stdout') => readFile(join(attempt, `${name}.log`), 'utf8')

describe.each(['sandbox', 'none'] as const)('isolation %s', isolation => {
  testLongCommands(isolation, async () => ({}))

  test('leaves an exit record with code, times and CPU', async () => {
    const { attempt, record } = await runLine(isolation, 'echo out; echo err >&2; exit 3')
    expect(record.exitCode).toBe(3)
    expect(record.timedOut).toBe(false)
    expect(record.ended).toBeGreaterThanOrEqual(record.started)
    expect(record.cpu).toBeGreaterThanOrEqual(0)
    expect(await log(attempt)).toBe('out\n')
    expect(await log(attempt, 'stderr')).toBe('err\n')
  })

  test('words with quotes, spaces, newlines and dollars reach the command as they are', async () => {
    const words = ["it's", 'a "b"', '$HOME `id`', 'x\ny', '', '*', '-n', 'é#;&|']
    const { attempt } = await runLine(isolation, '', { argv: ['printf', '<%s>', ...words], shell: false })
    expect(await log(attempt)).toBe(words.map(word => `<${word}>`).join(''))
  })

  test('an input is read, not written, under the name that the plan gave it', async () => {
    const folder = await temporaryFolder()
    const source = join(folder, 'content')
    await writeFile(source, 'bytes', { mode: 0o444 })
    const view = viewOf(join(folder, 'attempt'), isolation)
    const target = `${view.inputs}/0/reads.txt`
    const attempt = join(folder, 'attempt')
    await stage(
      attempt,
      job(attempt, isolation, {
        argv: [`cat ${target}; (echo x > ${view.inputs}/0/new) 2>/dev/null || echo refused; ls`],
        shell: true,
        stdin: target,
        stage: [
          { type: 'file', source, target, writable: false },
          { type: 'file', source, target: `${view.work}/linked.txt`, writable: false },
          { type: 'file', source, target: `${view.work}/copied.txt`, writable: true },
          { type: 'text', text: 'literal', target: `${view.work}/sub/text.txt`, writable: false },
        ],
      }),
    )
    expect((await start(attempt).ended).exitCode).toBe(0)
    const refused = isolation === 'sandbox' ? 'refused\n' : ''
    expect(await log(attempt)).toBe(`bytes${refused}copied.txt\nlinked.txt\nsub\n`)
    const manifest = await new Left(attempt).manifest()
    expect(manifest.map(entry => [entry.path, entry.type, entry.target])).toEqual([
      ['copied.txt', 'file', undefined],
      ['linked.txt', 'link', `${view.work}/linked.txt`],
      ['sub', 'directory', undefined],
      ['sub/text.txt', 'file', undefined],
    ])
  })

  test('named streams are files of the work folder', async () => {
    const { attempt } = await runLine(isolation, 'cat; echo e >&2', { stdout: 'o.txt', stderr: 'e.txt' })
    expect(await readFile(join(attempt, 'work/o.txt'), 'utf8')).toBe('')
    expect(await readFile(join(attempt, 'work/e.txt'), 'utf8')).toBe('e\n')
  })

  test('a time limit ends the job and is told apart from the tool’s own exit code', async () => {
    const { record } = await runLine(isolation, 'sleep 60', { timeLimit: 1 })
    expect(record.timedOut).toBe(true)
    const quick = await runLine(isolation, 'exit 124', { timeLimit: 60 })
    expect(quick.record).toMatchObject({ exitCode: 124, timedOut: false })
  })

  test('a file larger than the limit ends the job, standard output too', async () => {
    const limit = { fileLimit: 1_000_000 }
    const flood = await runLine(isolation, 'exec cat /dev/zero', limit)
    expect(flood.record.exitCode).toBe(128 + 25)
    expect((await stat(join(flood.attempt, 'stdout.log'))).size).toBeLessThanOrEqual(1_000_000)
    const fits = await runLine(isolation, 'head -c 900000 /dev/zero > big', limit)
    expect(fits.record.exitCode).toBe(0)
  })

  test('what the command left running is dead before the record is there', async () => {
    const { attempt } = await runLine(
      isolation,
      '(i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); date +%N > alive; done) & sleep 0.1; echo done',
    )
    const before = await stat(join(attempt, 'work/alive'))
    const again = await resume(attempt)
    expect(again).toMatchObject({ exitCode: 0 })
    expect((await stat(join(attempt, 'work/alive'))).mtimeMs).toBe(before.mtimeMs)
  })

  test('a running attempt is adopted, and told when it ends', async () => {
    const attempt = join(await temporaryFolder(), 'attempt')
    const line = 'until [ -e go ]; do :; done; exit 5'
    await stage(attempt, job(attempt, isolation, { argv: [line], shell: true }))
    const first = start(attempt)
    while (!(await stat(join(attempt, 'pid')).catch(() => undefined))) await new Promise(setImmediate)
    const adopted = await resume(attempt)
    if (adopted === 'lost' || 'exitCode' in adopted) throw new Error('it was running')
    await writeFile(join(attempt, 'work/go'), '')
    expect(await adopted.ended).toEqual(await first.ended)
    expect((await adopted.ended).exitCode).toBe(5)
  })

  test('cancel kills everything; the attempt is lost and never starts again', async () => {
    const attempt = join(await temporaryFolder(), 'attempt')
    await stage(attempt, job(attempt, isolation, { argv: ['touch started; sleep 600'], shell: true }))
    const running = start(attempt)
    while (!(await stat(join(attempt, 'work/started')).catch(() => undefined))) await new Promise(setImmediate)
    await cancel(attempt)
    await expect(running.ended).rejects.toThrow(LostAttempt)
    expect(await resume(attempt)).toBe('lost')
    await expect(start(attempt).ended).rejects.toThrow(LostAttempt)
  })
})

test('an end that was recorded before the machine started again does not count', async () => {
  const { attempt } = await runLine('none', 'echo out > file')
  const record = await readFile(join(attempt, 'exit'), 'utf8')
  await writeFile(join(attempt, 'exit'), record.replace(/ \S+\n\s*$/, ' 6dd2a34c-0000-4000-8000-000000000000\n'))
  expect(await resume(attempt)).toBe('lost')
})

describe('the sandbox', () => {
  test('shows the job nothing but its folders, and the same ones on every machine', async () => {
    const { attempt } = await runLine('sandbox', 'pwd; ls /; uname -n; whoami; echo $HOME $TMPDIR; env | wc -l')
    const seen = (await log(attempt)).split('\n')
    expect(seen[0]).toBe('/work')
    for (const hidden of ['home', 'root', 'srv', 'mnt', 'var/lib']) expect(seen).not.toContain(hidden)
    expect(seen.slice(-5, -1)).toEqual(['reprise', 'reprise', '/work /tmp', expect.any(String)])
  })

  test('has no network', async () => {
    const { attempt } = await runLine('sandbox', 'cat /proc/net/dev | grep -c : ; cat /proc/net/route | wc -l')
    expect(await log(attempt)).toBe('1\n1\n')
  })

  test('runs as a user that is not root for the kernel either, without capabilities', async () => {
    const { attempt } = await runLine(
      'sandbox',
      'id -u; grep -E "Cap(Prm|Eff|Bnd)" /proc/self/status; touch /work/mine',
    )
    const lines = (await log(attempt)).trim().split('\n')
    expect(lines[0]).toBe('64737')
    for (const line of lines.slice(1, 3)) expect(line).toMatch(/\t0{16}$/)
    const owner = (await stat(join(attempt, 'work/mine'))).uid
    expect(owner).toBe(jobUser() ?? process.getuid?.())
    expect(owner).not.toBe(0)
  })

  test('refuses new namespaces and mounts', async () => {
    const { attempt } = await runLine('sandbox', 'unshare -U true 2>&1; mount -t tmpfs x /tmp 2>&1; echo $?')
    expect(await log(attempt)).toMatch(/Operation not permitted[\s\S]*\n[1-9]\d*\n$/)
  })

  test('keeps the work folder’s owner’s files of the server out of reach', async () => {
    const { attempt, record } = await runLine(
      'sandbox',
      'cat /etc/shadow; ls /root; echo x > /usr/x; echo x > /inputs/x; exit 0',
    )
    expect(record.exitCode).toBe(0)
    expect((await log(attempt, 'stderr')).trim().split('\n')).toHaveLength(4)
  })
})

describe.each(['sandbox', 'none'] as const)('attached, isolation %s', isolation => {
  test('gives exit code and times, and leaves logs and named streams', async () => {
    const { attempt, record } = await runLineAttached(isolation, 'echo out; echo err >&2; exit 3', { stdout: 'o.txt' })
    expect(record).toMatchObject({ exitCode: 3, timedOut: false })
    expect(record.ended).toBeGreaterThanOrEqual(record.started)
    expect(await readFile(join(attempt, 'work/o.txt'), 'utf8')).toBe('out\n')
    expect(await log(attempt, 'stderr')).toBe('err\n')
  })

  test('a job sees the constants and what its tool sets, and nothing of who started it', async () => {
    process.env.REPRISE_TEST_SECRET = 'x'
    const { attempt } = await runLineAttached(isolation, 'env', { environment: { A: 'b c' } })
    const seen = (await log(attempt))
      .trim()
      .split('\n')
      .map(line => line.split('=')[0]!)
    const constants = ['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR', 'TZ', 'USER']
    expect(seen.filter(name => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)).sort()).toEqual(['A', ...constants])
  })

  test('a time limit ends the job and is told apart from the tool’s own exit code', async () => {
    expect((await runLineAttached(isolation, 'sleep 60', { timeLimit: 0.5 })).record.timedOut).toBe(true)
    const quick = await runLineAttached(isolation, 'exit 124', { timeLimit: 60 })
    expect(quick.record).toMatchObject({ exitCode: 124, timedOut: false })
    expect((await runLineAttached(isolation, 'exit 124')).record).toMatchObject({ exitCode: 124, timedOut: false })
  })

  test('what the command left running is dead before the end is told', async () => {
    const line = '(i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); date +%N > alive; done) & sleep 0.1; echo done'
    const { attempt } = await runLineAttached(isolation, line)
    const before = await stat(join(attempt, 'work/alive'))
    await runLineAttached(isolation, 'true')
    expect((await stat(join(attempt, 'work/alive'))).mtimeMs).toBe(before.mtimeMs)
  })

  test('a command that is not there ends with 127', async () => {
    const { record } = await runLineAttached(isolation, '', { argv: ['no-such-command'], shell: false })
    expect(record.exitCode).toBe(127)
  })
})

test('a link leads where the job saw it leading', async () => {
  const { attempt } = await runLine('sandbox', 'ln -s /etc/passwd bad; mkdir d; ln -s ../x d/rel; ln -s . loop')
  const links = (await new Left(attempt).manifest()).filter(entry => entry.type === 'link')
  expect(links.map(entry => [entry.path, entry.target])).toEqual([
    ['bad', '/etc/passwd'],
    ['d/rel', '/work/x'],
    ['loop', '/work'],
  ])
})

test('a folder with secrets may not lie where jobs see the machine’s programs', async () => {
  await expect(checkIsolation('auto', '/usr/share')).rejects.toThrow('/usr/share lies among the machine')
  expect(await checkIsolation('sandbox', await temporaryFolder())).toEqual({ base: 'sandbox' })
})

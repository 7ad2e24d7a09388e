import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { jobUser, Left, LeftTree, Reader, remove, stage } from '../src/index.ts'
import { job, runLine, temporaryFolder } from './job.ts'

const isRoot = jobUser() !== undefined
if (!isRoot) console.log('Tests of the reader are skipped: only a server that is root has one.')

/** Everything that reads what a job left, by both ways. */
const ways = [['ourselves', false] as const, ...(isRoot ? [['the reader', true] as const] : [])]

function readerFor(attempt: string): Reader {
  const folder = dirname(attempt)
  chmodSync(folder, 0o711)
  const reader = new Reader(folder)
  onTestFinished(() => reader.close())
  return reader
}

function leftOf(attempt: string, byReader: boolean): Left {
  if (!byReader) return new Left(attempt)
  return new Left(attempt, { reader: readerFor(attempt) })
}

async function opened(left: Left, path: string): Promise<string> {
  using file = await left.open(path)
  return Buffer.from(file.piece(100).bytes).toString()
}

/** A folder with a file that no job may have. */
async function secretFolder(): Promise<string> {
  const folder = await temporaryFolder()
  await fs.chmod(folder, 0o755)
  await fs.writeFile(join(folder, 'a.txt'), 'secret')
  return folder
}

describe.each(ways)('read by %s', (_, byReader) => {
  test('a folder whose name is no text, beside a link with the name that it is read as, leads nowhere', async () => {
    const secret = await secretFolder()
    const { attempt } = await runLine(
      'sandbox',
      `mkdir "$(printf '\\377')"; echo mine > "$(printf '\\377')/a.txt"; ln -s ${secret} "$(printf '\\357\\277\\275')"`,
    )
    const left = leftOf(attempt, byReader)
    expect(await left.manifest()).toMatchObject([
      { path: '\\xff', type: 'directory', fault: 'its name is not UTF-8: \\xff' },
      { path: '\ufffd', type: 'link', target: secret },
    ])
    for (const path of ['\ufffd/a.txt', '\\xff/a.txt']) await expect(left.open(path)).rejects.toThrow()
    await expect(left.read('\ufffd/a.txt', 10)).rejects.toThrow()
  })

  test.each([
    ['a link', 'ln -s /etc/passwd f', 'f', 'a symbolic link'],
    ['a link on the way', 'ln -s /etc d', 'd/passwd', 'a link or a file where a folder was expected'],
    ['a pipe', 'mkfifo f', 'f', 'not a regular file'],
    ['a folder', 'mkdir f', 'f', 'not a regular file'],
    ['nothing', 'true', 'f', 'there is no such entry'],
  ])('%s is no file', async (_name, line, path, reason) => {
    const { attempt } = await runLine('sandbox', line)
    const left = leftOf(attempt, byReader)
    await expect(left.open(path)).rejects.toThrow(reason)
    await expect(left.read(path, 10)).rejects.toThrow(reason)
  })

  test.each(['..', '.', '', 'd/../f', '/etc/passwd', 'd//f', '../../exit'])('the path %j is none', async path => {
    const { attempt } = await runLine('sandbox', 'mkdir d; echo x > f; echo x > d/f')
    await expect(leftOf(attempt, byReader).open(path)).rejects.toThrow()
  })

  test('files and folders without rights are read all the same, names of any kind too', async () => {
    const line = `mkdir -p a/b; echo x > a/b/c; chmod 000 a/b/c a/b a; echo y > "$(printf 'new\\nline')"; echo z > ü`
    const { attempt } = await runLine('sandbox', line)
    const left = leftOf(attempt, byReader)
    expect((await left.manifest()).map(entry => entry.path)).toEqual(['a', 'a/b', 'a/b/c', 'new\nline', 'ü'])
    expect(await opened(left, 'a/b/c')).toBe('x\n')
    expect(Buffer.from(await left.read('new\nline', 9)).toString()).toBe('y\n')
    expect(Buffer.from(await left.read('ü', 1, 'end')).toString()).toBe('\n')
  })

  test('more than may be left, and folders too deep, are refused', async () => {
    const { attempt } = await runLine('sandbox', `touch a b c; mkdir -p $(printf 'd/%.0s' $(seq 300))`)
    await expect(leftOf(attempt, byReader).manifest()).rejects.toThrow('folders nested deeper than 256')
    const reader = byReader ? readerFor(attempt) : undefined
    await expect(new Left(attempt, { reader, most: 3 }).manifest()).rejects.toThrow('more than 3 files and folders')
  })

  test('whatever is exchanged meanwhile, nothing from outside comes out', async () => {
    const secret = await secretFolder()
    const { attempt } = await runLine('sandbox', 'mkdir real; echo mine > real/a.txt; cp -r real d')
    const work = join(attempt, 'work')
    const swap = `while :; do mv d e; ln -s ${secret} d; rm d; mv e d; cp d/a.txt d/b; ln -sf ${secret}/a.txt d/a.txt; mv d/b d/a.txt; done`
    const swapper = spawn('sh', ['-c', swap], { cwd: work, stdio: 'ignore' })
    const left = leftOf(attempt, byReader)
    const seen = new Set<string>()
    try {
      for (let tries = 0; tries < 400; tries++) {
        seen.add(await opened(left, 'd/a.txt').catch(() => 'nothing'))
        seen.add(
          await left.read('d/a.txt', 9).then(
            bytes => Buffer.from(bytes).toString(),
            () => 'nothing',
          ),
        )
      }
    } finally {
      swapper.kill('SIGKILL')
      await once(swapper, 'exit')
    }
    expect([...seen].filter(text => text !== 'nothing' && text !== 'mine\n' && text !== '')).toEqual([])
  })
})

describe('a file that a job left', () => {
  test('gets a second name only while it has one, and never at its owner’s cost', async () => {
    const { attempt } = await runLine('sandbox', 'echo x > a; ln a b; chmod 600 a; echo y > c')
    const left = new Left(attempt)
    const place = join(dirname(attempt), 'place')
    using twice = await left.open('a')
    expect(twice.linkTo(place)).toBe(false)
    using once = await left.open('c')
    expect(once.linkTo(place)).toBe(true)
    expect(await fs.readFile(place, 'utf8')).toBe('y\n')
    expect((await fs.stat(join(attempt, 'work/a'))).mode & 0o777).toBe(0o600)
  })

  test.runIf(isRoot)('but not read by the reader, what the job itself could not have read', async () => {
    const { attempt } = await runLine('sandbox', 'true')
    const file = join(attempt, 'work/root-only')
    await fs.writeFile(file, 'secret', { mode: 0o600 })
    const left = leftOf(attempt, true)
    await expect(left.open('root-only')).rejects.toThrow('it can not be read')
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600)
  })
})

describe('removal', () => {
  test('follows no link, also where folders are deep, have no rights, or names are no text', async () => {
    const secret = await secretFolder()
    const line =
      `ln -s ${secret} l; mkdir "$(printf '\\377')"; mkdir -p a/b; ln -s ${secret} a/b/l; chmod 000 a/b a; ` +
      'for i in 1 2 3; do p=$(printf "deepdeep/%.0s" $(seq 300)); mkdir -p $p; cd $p; done; touch end'
    const { attempt, record } = await runLine('sandbox', line)
    expect(record.exitCode).toBe(0)
    await remove(attempt)
    await expect(fs.stat(attempt)).rejects.toThrow('ENOENT')
    expect(await fs.readFile(join(secret, 'a.txt'), 'utf8')).toBe('secret')
  })

  test('of what is not there is none', async () => {
    await remove(join(await temporaryFolder(), 'none', 'none'))
  })
})

test('the whole work folder can be moved', async () => {
  const { attempt } = await runLine('sandbox', 'mkdir d; echo x > d/f')
  const place = join(dirname(attempt), 'place')
  new Left(attempt).moveTo('', place)
  expect(await fs.readFile(join(place, 'd/f'), 'utf8')).toBe('x\n')
})

test('a tree of what was kept lists no link, and moves none', async () => {
  const { attempt } = await runLine('sandbox', 'mkdir d; ln -s /etc d/l; echo x > d/f; ln -s /etc/passwd l')
  const tree = new LeftTree(join(attempt, 'work'))
  expect(tree.list('d')).toEqual([{ name: 'f', type: 'file', size: 2 }])
  expect(tree.at('d/l')).toBeUndefined()
  expect(() => tree.moveTo('l', join(dirname(attempt), 'moved'))).toThrow('neither a file nor a folder')
})

test('the reader that ends is followed by another', { skip: !isRoot }, async () => {
  const attempt = join(await temporaryFolder(), 'attempt')
  await stage(attempt, job(attempt, 'sandbox', {}))
  const reader = readerFor(attempt)
  const left = new Left(attempt, { reader })
  expect(await left.manifest()).toEqual([])
  reader.close()
  expect(await left.manifest()).toEqual([])
})

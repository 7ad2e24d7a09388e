import { describe, expect, test } from 'vitest'
import type { Left } from './jobs.ts'
import { FakeHost, fileEntry, folderEntry, linkEntry, run } from './jobs.ts'

const tool = (output: string, rest = '') =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: run\ninputs: { given: "File?", folder: "Directory?" }\n${rest}\noutputs:\n  out: ${output}\n`
const TEXTS = { 'mem:/a.txt': 'text', 'mem:/dir/x': '1' }
const GIVEN = { class: 'File' as const, location: 'mem:/a.txt' }
const FOLDER = { class: 'Directory' as const, location: 'mem:/dir' }

async function out(text: string, left: Left, inputs = {}) {
  return (await run(text, inputs, new FakeHost(() => left, TEXTS))).out
}

const glob = (type: string, pattern: string) => tool(`{ type: "${type}", outputBinding: { glob: "${pattern}" } }`)
const names = (value: unknown) => (value as { basename: string }[]).map(entry => entry.basename)

describe('glob', () => {
  const manifest = ['b.txt', 'a.txt', '.hidden.txt', 'sub/c.txt', '[x].txt'].map(path => fileEntry(path))
  manifest.push(folderEntry('sub'))

  test.each([
    ['*.txt', ['[x].txt', 'a.txt', 'b.txt']],
    ['[x].txt', ['[x].txt']],
    ['{b,sub/c}.txt', ['b.txt', 'c.txt']],
    ['**/*.txt', ['[x].txt', 'a.txt', 'b.txt', 'c.txt']],
    ['./sub/*', ['c.txt']],
    ['/work/a.*', ['a.txt']],
    ['nothing*', []],
  ])('%s finds, sorted', async (pattern, expected) => {
    expect(names(await out(glob('File[]', pattern), { manifest }))).toEqual(expected)
  })

  test.each(['../*', '/etc/passwd', 'sub/../../x'])('%s leads out and is refused', async pattern => {
    await expect(out(glob('File[]', pattern), { manifest })).rejects.toThrow('leads out of the work folder')
  })

  test('one File is wanted, and nothing or too much is there', async () => {
    await expect(out(glob('File', 'none'), { manifest })).rejects.toThrow('the job left nothing that fits none')
    await expect(out(glob('File', '*.txt'), { manifest })).rejects.toThrow('finds 3 entries')
    expect(await out(glob('File?', 'none'), { manifest })).toBeNull()
  })
})

describe('links', () => {
  test('one to an input is that input', async () => {
    const manifest = [linkEntry('mine.txt', '/inputs/0/a.txt')]
    const value = await out(glob('File', 'mine.txt'), { manifest }, { given: GIVEN })
    expect(value).toMatchObject({ location: 'mem:/a.txt', basename: 'mine.txt', size: 4 })
    expect(value).not.toHaveProperty('path')
  })

  test('one into a folder of the inputs is what lies there', async () => {
    const manifest = [linkEntry('mine', '/inputs/0/dir')]
    const value = await out(glob('File', 'mine/x'), { manifest }, { folder: FOLDER })
    expect(value).toMatchObject({ location: 'mem:/dir/x', basename: 'x' })
  })

  test('one to another entry of the work folder is followed', async () => {
    const manifest = [
      folderEntry('deep'),
      fileEntry('deep/f', 3),
      linkEntry('short', '/work/deep'),
      linkEntry('g', '/work/short/f'),
    ]
    expect(await out(glob('File', 'g'), { manifest })).toMatchObject({ path: '/work/deep/f', basename: 'g', size: 3 })
    expect(await out(glob('File', 'short/f'), { manifest })).toMatchObject({ path: '/work/deep/f' })
  })

  test.each(['/etc/passwd', '/inputs/9/other', '/work/gone', '/tmp/x'])('any other is refused: %s', async target => {
    const left = { manifest: [linkEntry('evil', target)] }
    await expect(out(glob('File', 'evil'), left)).rejects.toMatchObject({ name: 'JobFailure' })
    await expect(out(glob('File', 'ev*'), left)).rejects.toThrow(`the link evil leads to ${target}`)
    await expect(out(glob('Directory', '.'), left)).rejects.toThrow(target)
  })

  test('one that no output names harms nothing', async () => {
    const manifest = [linkEntry('evil', '/etc/passwd'), fileEntry('f.txt')]
    expect(await out(glob('File', '*.txt'), { manifest })).toMatchObject({ basename: 'f.txt' })
  })

  test('circles end in an error', async () => {
    const links = { manifest: [linkEntry('a', '/work/b'), linkEntry('b', '/work/a')] }
    await expect(out(glob('File', 'a'), links)).rejects.toThrow('circle')
    const folders = { manifest: [folderEntry('d'), linkEntry('d/up', '/work/d')] }
    await expect(out(glob('Directory', 'd'), folders)).rejects.toThrow('in itself')
  })

  test('a folder with links becomes a literal of what they lead to', async () => {
    const manifest = [folderEntry('d'), fileEntry('d/own', 1), linkEntry('d/mine', '/inputs/0/a.txt')]
    const value = await out(glob('Directory', 'd'), { manifest }, { given: GIVEN })
    expect(value).toMatchObject({ listing: [{ location: 'mem:/a.txt', basename: 'mine' }, { path: '/work/d/own' }] })
    expect(value).not.toHaveProperty('path')
  })
})

test('an entry whose name leads out is refused', async () => {
  const left = { manifest: [fileEntry('../escape')] }
  await expect(out(glob('File[]', '*'), left)).rejects.toThrow('../escape')
})

describe('cwl.output.json', () => {
  const left = (object: unknown): Left => ({ texts: { 'cwl.output.json': JSON.stringify(object), 'f.txt': 'abc' } })

  test.each([{ path: 'f.txt' }, { path: '/work/f.txt' }, { location: 'f.txt' }, { location: 'file:///work/f.txt' }])(
    'names a file by %j',
    async place => {
      const value = await out(tool('File'), left({ out: { class: 'File', ...place } }))
      expect(value).toMatchObject({ path: '/work/f.txt', basename: 'f.txt', size: 3 })
    },
  )

  test.each([
    { path: '/etc/passwd' },
    { path: '../x' },
    { location: 'file:///etc/passwd' },
    { location: 'content:1' },
    {},
  ])('may not name %j', async place => {
    await expect(out(tool('File'), left({ out: { class: 'File', ...place } }))).rejects.toMatchObject({
      name: 'JobFailure',
    })
  })

  test.each(['../f', 'a/b', '..'])('may not call a file %s', async basename => {
    const object = { out: { class: 'File', path: 'f.txt', basename } }
    await expect(out(tool('File'), left(object))).rejects.toThrow('basename')
  })

  test('must fit the type', async () => {
    await expect(out(tool('int'), left({ out: 'one' }))).rejects.toThrow('output out: expected int')
    await expect(out(tool('int'), { texts: { 'cwl.output.json': '{' } })).rejects.toThrow('is not JSON')
  })
})

describe('expressions over outputs', () => {
  const rest = 'requirements: { InlineJavascriptRequirement: {} }'

  test('outputEval sees contents and exit code', async () => {
    const text = tool(
      '{ type: string, outputBinding: { glob: f, loadContents: true, outputEval: "$(self[0].contents + runtime.exitCode)" } }',
      `${rest}\nsuccessCodes: [3]`,
    )
    expect(await out(text, { exitCode: 3, texts: { f: 'hi' } })).toBe('hi3')
  })

  test('metadata that it sets stays on the file', async () => {
    const text = tool(
      '{ type: File, outputBinding: { glob: f, outputEval: "${ self[0].metadata = { sample: \'S1\' }; return self[0] }" } }',
      rest,
    )
    expect(await out(text, { texts: { f: 'x' } })).toMatchObject({ path: '/work/f', metadata: { sample: 'S1' } })
  })

  test('secondary files by pattern and by expression, formats', async () => {
    const text = tool(
      '{ type: File, format: "http://x/bam", secondaryFiles: [.bai, "^.idx", "$(self.nameroot + \'.log\')"], outputBinding: { glob: "*.bam" } }',
      rest,
    )
    const value = await out(text, { texts: { 'a.bam': '', 'a.bam.bai': '', 'a.idx': '', 'a.log': '' } })
    expect(value).toMatchObject({ format: 'http://x/bam' })
    expect(names((value as { secondaryFiles: unknown }).secondaryFiles)).toEqual(['a.bam.bai', 'a.idx', 'a.log'])
  })
})

test('a job that fails says its exit code and its path', async () => {
  await expect(out(glob('File?', 'x'), { exitCode: 7 })).rejects.toMatchObject({ name: 'JobFailure', exitCode: 7 })
})

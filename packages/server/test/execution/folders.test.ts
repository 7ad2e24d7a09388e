import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'

let harness: Harness
beforeEach(async () => {
  harness = await Harness.make()
})
afterEach(() => harness.close())

async function folder() {
  const deep = {
    class: 'Directory' as const,
    location: 'folder:2',
    basename: 'deep',
    listing: [await harness.file('b', 'B')],
  }
  return {
    class: 'Directory' as const,
    location: 'folder:1',
    basename: 'd',
    listing: [await harness.file('a', 'A'), deep],
  }
}

const looker = (listing: string) => `
cwlVersion: v1.2
class: CommandLineTool
requirements: { InlineJavascriptRequirement: {} }
inputs: { d: { type: Directory, loadListing: ${listing} } }
outputs: { seen: { type: string, outputBinding: { outputEval: '$(JSON.stringify((inputs.d.listing || []).map(function (e) { return [e.basename, (e.listing || []).length] })))' } }, all: stdout }
stdout: all.txt
arguments: [sh, -c, 'cd $0 && find -L . -type f | sort', $(inputs.d.path)]
`

test.each([
  ['no_listing', []],
  [
    'shallow_listing',
    [
      ['a', 0],
      ['deep', 0],
    ],
  ],
  [
    'deep_listing',
    [
      ['a', 0],
      ['deep', 1],
    ],
  ],
] as const)(
  'a tool sees as much of a folder’s listing as it asks for, and finds all of it: %s',
  async (listing, seen) => {
    await harness.start()
    const task = await harness.ended(await harness.submit(looker(listing), { d: await folder() }))
    expect(task.message).toBe('')
    const outputs = (await harness.outputs(task)) as { seen: string; all: { path: string } }
    expect(JSON.parse(outputs.seen)).toEqual(seen)
    expect(await harness.text(outputs.all.path)).toBe('./a\n./deep/b\n')
  },
)

const UPDATES = `
cwlVersion: v1.2
class: Workflow
requirements: { InplaceUpdateRequirement: { inplaceUpdate: true } }
inputs: { own: File }
outputs:
  after: { type: File, outputSource: read/seen }
  mine: { type: File, outputSource: touch/seen }
steps:
  make:
    in: {}
    out: [file]
    run: { class: CommandLineTool, inputs: [], outputs: { file: stdout }, stdout: value, baseCommand: [echo, '1'] }
  change:
    in: { file: make/file }
    out: [file]
    run: &change
      class: CommandLineTool
      requirements: { InitialWorkDirRequirement: { listing: [{ entry: $(inputs.file), writable: true }] } }
      inputs: { file: File }
      outputs: { file: { type: File, outputBinding: { glob: $(inputs.file.basename) } } }
      arguments: [sh, -c, 'echo 2 >> $0', $(inputs.file.basename)]
  read:
    in: { file: make/file, wait: change/file }
    out: [seen]
    run: &read
      class: CommandLineTool
      inputs: { file: File, wait: Any }
      outputs: { seen: stdout }
      arguments: [sh, -c, 'sleep 0.2; cat $0', $(inputs.file.path)]
  alter: { in: { file: own }, out: [file], run: *change }
  touch: { in: { file: own, wait: alter/file }, out: [seen], run: *read }
`

test.each(['', 'after-settle:3'])(
  'an update in place is seen by the jobs after it, a file of the project stays; killed %s',
  async failpoint => {
    await harness.start(failpoint)
    const id = await harness.submit(UPDATES, { own: await harness.file('own.txt', 'mine\n') })
    if (failpoint) {
      await harness.dead()
      await harness.start()
    }
    const task = await harness.ended(id)
    expect(task.message).toBe('')
    const { after, mine } = (await harness.outputs(task)) as { after: { path: string }; mine: { path: string } }
    expect(await harness.text(after.path)).toBe('1\n2\n')
    expect(await harness.text(mine.path)).toBe('mine\n')
  },
)

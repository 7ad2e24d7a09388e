import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'indexed-input-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tool = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  requirements: { InitialWorkDirRequirement: { listing: [{ entryname: 'named.bam', entry: '$(inputs.reads)' }] } },
  baseCommand: ['touch', 'named.bam.bai'],
  inputs: { reads: 'File' },
  outputs: { indexed: { type: 'File', secondaryFiles: ['.bai'], outputBinding: { glob: 'named.bam' } } },
}

test('an input that comes out again takes along the index that the job made beside it', () => {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('tool.cwl', JSON.stringify(tool))
  write('reads.bam', 'reads')
  write('job.json', JSON.stringify({ reads: { class: 'File', location: 'reads.bam' } }))
  const command = join(import.meta.dirname, '../../../../bin/reprise')
  const args = ['run', '--quiet', '--isolation', 'none', '--outdir', 'out', 'tool.cwl', 'job.json']
  const { indexed } = JSON.parse(execFileSync(command, args, { cwd: folder, encoding: 'utf8' }))
  expect(indexed).toMatchObject({ basename: 'named.bam', size: 5, path: join(folder, 'out/named.bam') })
  expect(indexed.secondaryFiles).toMatchObject([{ basename: 'named.bam.bai', path: join(folder, 'out/named.bam.bai') }])
})

import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'

/** One test of the suite, its paths absolute. */
export interface ConformanceTest {
  id: string
  tool: string
  job: string | undefined
  output: unknown
  shouldFail: boolean
  tags: string[]
}

interface WrittenTest {
  $import?: string
  id: string
  tool: string
  job?: string | null
  output?: unknown
  should_fail?: boolean
  tags?: string[]
}

/** All tests of an index and of the indexes that it imports, in their order. */
export async function readSuite(index: string): Promise<ConformanceTest[]> {
  const folder = dirname(index)
  const tests: ConformanceTest[] = []
  for (const test of parse(reindent(await readFile(index, 'utf8'))) as WrittenTest[]) {
    if (test.$import) tests.push(...(await readSuite(join(folder, test.$import))))
    else tests.push(await testOf(test, folder))
  }
  return tests
}

async function testOf(test: WrittenTest, folder: string): Promise<ConformanceTest> {
  return {
    id: test.id,
    tool: resolve(folder, test.tool),
    job: test.job ? resolve(folder, test.job) : undefined,
    output: await imported(test.output, folder),
    shouldFail: test.should_fail ?? false,
    tags: test.tags ?? [],
  }
}

async function imported(output: unknown, folder: string): Promise<unknown> {
  if (typeof output !== 'object' || output === null || !('$import' in output)) return output
  return parse(await readFile(join(folder, String(output.$import)), 'utf8'))
}

/**
 * Indents the lines inside of brackets: the suite has some that go on further left than they began, which YAML forbids
 * and lenient readers take.
 */
function reindent(text: string): string {
  let depth = 0
  return text
    .split('\n')
    .map(line => {
      const indented = depth > 0 ? ' '.repeat(12) + line.trimStart() : line
      const bare = line.replace(/"(\\.|[^"\\])*"|'[^']*'/g, '').replace(/(^|\s)#.*$/, '')
      if (depth > 0 || /(^|[:-])\s+[[{]/.test(bare)) {
        depth += bare.split(/[[{]/).length - bare.split(/[\]}]/).length
      }
      return indented
    })
    .join('\n')
}

import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { loadProcess, noFetcher, type Problem, renderProblem } from '@reprise/cwl'
import { hashed } from '../database/values.ts'
import type { Checked, CheckRequest } from './check-messages.ts'
import { authored, claimsCwl, type RawDocument, searchText, unwrapped } from './document.ts'

/** Of processes, -20 to 19. */
const LOW = 10

/**
 * The thread that reads posted documents: parses, checks and normalises them, so that one that takes long or needs much
 * memory harms nothing but itself. Answers each request with one message.
 */
parentPort?.on('message', async ({ id, name, body }: CheckRequest) => {
  parentPort?.postMessage({ id, checked: await check(name, body) })
})

// on Linux this thread's alone: whoever waits for a small call goes first
if (workerData?.isPatient) setPriority(LOW)

// the modules are there
parentPort?.postMessage({ id: 0 })

/** How deep a document may be nested. */
const DEEPEST = 200

/**
 * Values that a document may have at most, by the signs that stand between them. Counted before the text is read: a value
 * costs the reader about a kilobyte, and a thread that runs out of memory in the wrong place ends the whole process.
 */
const MOST_VALUES = 200_000

/** Characters of what is shown beside a document, in every list and with every revision. */
const LONGEST_LABEL = 1000
const LONGEST_NOTES = 50_000
const LONGEST_PROBLEM = 1000
const MOST_PROBLEMS = 1000

function separatorsIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) if (',:?[{\n\r'.includes(text[at]!)) count++
  return count
}

async function check(name: string, body: string): Promise<Checked> {
  if (separatorsIn(body) > MOST_VALUES) return { unreadable: `it has more than ${MOST_VALUES} values` }
  try {
    const { process, problems, document, syntax } = await loadProcess({
      uri: name,
      text: unwrapped(body),
      fetcher: noFetcher,
    })
    if (syntax) return { unreadable: problems.map(located).join('; ') || 'the text is neither JSON nor YAML' }
    if (!isDocument(document)) return { unreadable: 'the document is not an object' }
    if (depthOf(document, DEEPEST) > DEEPEST) return { unreadable: `nested deeper than ${DEEPEST} levels` }
    const given = document['sbg:revisionNotes']
    const notes = typeof given === 'string' ? given : null
    if (notes && notes.length > LONGEST_NOTES)
      return { unreadable: `sbg:revisionNotes has more than ${LONGEST_NOTES} characters` }
    return {
      raw: hashed(JSON.stringify(authored(document))),
      model: process ? hashed(JSON.stringify(process)) : null,
      problems: problems
        // with a value of its own a task runs, and without one its inputs say what is wrong
        .filter(({ severity, rule }) => severity === 'error' && rule !== 'failingDefault')
        .slice(0, MOST_PROBLEMS)
        .map(problem => located(problem).slice(0, LONGEST_PROBLEM)),
      cwlVersion: typeof document.cwlVersion === 'string' ? document.cwlVersion : '',
      cwl: claimsCwl(document),
      label: typeof document.label === 'string' ? document.label.slice(0, LONGEST_LABEL) : '',
      notes,
      search: searchText(name, document),
    }
  } catch (error) {
    return { unreadable: error instanceof RangeError ? 'the document is nested too deep' : (error as Error).message }
  }
}

/** `line:column: message`; the file is always the one that was posted. */
function located(problem: Problem): string {
  return renderProblem({ ...problem, file: undefined })
}

function isDocument(value: unknown): value is RawDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null || limit < 0) return 0
  return 1 + Math.max(0, ...Object.values(value).map(inner => depthOf(inner, limit - 1)))
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { coverageOf } from './coverage.ts'
import { coveragePage, totalLine } from './coverage-page.ts'
import type { Answer, Json } from './exchange.ts'
import { type Call, type Inventory, matchCall, matchName, readInventory } from './inventory.ts'
import { type Recorded, recordOf } from './record.ts'

const calls: Call[] = [
  { call: 'GET /apps/{owner}', section: 1 },
  { call: 'GET /apps/{owner}/{project}/{app}', section: 1 },
  { call: 'GET /apps/{owner}/{project}/{app}/raw', section: 4 },
  { call: 'GET /apps/{owner}/{project}/{app}/{revision}', section: 1 },
  { call: 'GET /files', section: 4, query: ['metadata.{key}', 'tag'] },
  { call: 'POST /files', section: 8, body: ['name', 'items[].file'] },
  { call: 'PUT {signed url}', section: 4 },
]
const inventory: Inventory = {
  pages: [{ page: 'files', calls }],
  codes: [
    { code: 5002, status: 404, section: 'files', meaning: 'no such file' },
    { code: 5000, status: 503, section: 'files', meaning: 'down' },
  ],
  unraised: new Map([[5000, { reason: 'nothing can be down', test: undefined }]]),
  uncovered: new Map(),
}
const sent = (method: string, path: string, more: Partial<Recorded> = {}): Recorded => {
  return { method, path, bare: false, query: [], body: [], status: 200, errors: [], ...more }
}

test.each([
  ['/apps/ana', 'GET /apps/{owner}'],
  ['/apps/ana/rna/raw', 'GET /apps/{owner}/{project}/{app}'],
  ['/apps/ana/rna/align/raw', 'GET /apps/{owner}/{project}/{app}/raw'],
  ['/apps/ana/rna/align/3', 'GET /apps/{owner}/{project}/{app}/{revision}'],
  ['/apps', undefined],
])('%s belongs to %s', (path, call) => {
  expect(matchCall(calls, 'GET', path)?.call).toBe(call)
})

test('what was answered with success is covered, and what was refused is not', () => {
  const { pages, codes } = coverageOf(inventory, [
    sent('GET', '/files', { query: ['metadata.sample_id'] }),
    sent('GET', '/files', { query: ['tag'], status: 404, errors: [[5002, 404]] }),
    sent('POST', '/files', { body: ['name', 'items', 'items[]', 'items[].file'], status: 201 }),
    sent('PUT', '/somewhere/else', { bare: true }),
  ])
  const covered = pages[0]!.calls.filter(({ isCovered }) => isCovered)
  expect(covered.map(({ call, covered, missing }) => [call.call, covered, missing])).toEqual([
    ['GET /files', ['?metadata.{key}'], ['?tag']],
    ['POST /files', ['name', 'items[].file'], []],
    ['PUT {signed url}', [], []],
  ])
  expect(codes.map(({ isRaised }) => isRaised)).toEqual([true, false])
  expect(totalLine({ pages, codes })).toBe(
    '3 of 7 calls (0 of them answered as to an account that has nothing of the kind), 3 of 4 parameters and body keys ' +
      "are covered. Of 2 error codes 1 are raised here, 0 by tests of the server alone, and 1 can't arise.",
  )
  expect(coveragePage({ pages, codes })).toContain('| 5000 | 503 | down | nothing can be down |')
})

test('keys of bodies are taken at every depth, errors also from the items of an answer', () => {
  const body = { items: [{ resource: { id: 'x' } }, { error: { status: 404, code: 5002, message: 'gone' } }] }
  const answer: Answer = { status: 200, headers: {}, bytes: Buffer.alloc(0), body: body as unknown as Json }
  const raw = JSON.stringify({ items: [{ file: 'x' }, { name: null }], project: '' })
  const headers = { 'x-sbg-auth-token': 'secret' }
  const recorded = recordOf(
    'http://host:1/v2/bulk/files/get/?fields=_all&q=a&q=b',
    { method: 'POST', headers, raw },
    answer,
  )
  expect(recorded).toEqual({
    method: 'POST',
    path: '/bulk/files/get',
    bare: false,
    query: ['fields', 'q'],
    body: ['items', 'items[]', 'items[].file', 'items[].name', 'project'],
    status: 200,
    errors: [[5002, 404]],
  })
  expect(JSON.stringify(recorded)).not.toContain('secret')
})

test('any name stands for one in braces', () => {
  expect(['metadata.a', 'metadata', 'tag'].map(name => matchName('metadata.{key}', name))).toEqual([true, false, false])
  expect(['sample_id', '[]'].map(name => matchName('{key}', name))).toEqual([true, false])
})

test('the inventory has each call once, and reasons for calls and codes that there are', () => {
  const { pages, codes, unraised, uncovered } = readInventory()
  const all = pages.flatMap(page => page.calls.map(({ call }) => call))
  expect(new Set(all).size).toBe(all.length)
  expect([...uncovered.keys()].filter(call => !all.includes(call))).toEqual([])
  const known = codes.map(({ code }) => code)
  expect(new Set(known).size).toBe(known.length)
  expect([...unraised.keys()].filter(code => !known.includes(code))).toEqual([])
})

test('the tests of the server that are said to raise a code name it', async () => {
  for (const [code, { test }] of readInventory().unraised) {
    if (test === undefined) continue
    const text = await readFile(join(import.meta.dirname, '..', test), 'utf8')
    expect(text, `${code} in ${test}`).toMatch(new RegExp(`\\b${code}\\b`))
  }
})

test('the page of the last run covers every call but those with a reason', async () => {
  // a run that counts writes the page at its end
  if (process.env.REPRISE_COVERAGE) return
  const page = await readFile(join(import.meta.dirname, '../docs/api-coverage.md'), 'utf8')
  const rows = new Map(
    [...page.matchAll(/^\| `([^`]+)` \| #\d+ \| (.*?) \|/gm)].map(([, call, covered]) => [call, covered]),
  )
  const { pages, uncovered } = readInventory()
  for (const { call } of pages.flatMap(page => page.calls)) {
    const reason = uncovered.get(call)
    expect(rows.get(call), call).toMatch(reason === undefined ? /^yes$/ : /^yes: /)
  }
})

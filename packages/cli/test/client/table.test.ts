import { array, assert as check, integer, property, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { fieldOf } from '../../src/client/listing.ts'
import { type Column, formatTable } from '../../src/client/table.ts'

type Row = [string, string, string]
const columns: Column<Row>[] = [
  { title: 'ID', of: row => row[0], whole: true },
  { title: 'NAME', of: row => row[1] },
  { title: 'SIZE', of: row => row[2], right: true },
]

test('columns are aligned under their titles, numbers at the right', () => {
  const rows: Row[] = [
    ['5f2c', 'reads.bam', '1.2 GB'],
    ['7a', 'x', '9 B'],
  ]
  expect(formatTable(columns, rows)).toBe(
    ['ID    NAME         SIZE', '5f2c  reads.bam  1.2 GB', '7a    x             9 B'].join('\n'),
  )
})

test('in a narrow terminal names are cut and ids are not', () => {
  const rows: Row[] = [['5f2c0a1be4b0aa10e77c0001', 'a-very-long-name-of-a-file.fastq.gz', '1 B']]
  const [, line] = formatTable(columns, rows, 44).split('\n')
  expect(line).toBe('5f2c0a1be4b0aa10e77c0001  a-very-long…   1 B')
  expect(line).toHaveLength(44)
})

test('what moves a cursor is not printed, and wide characters count twice', () => {
  const rows: Row[] = [
    ['1', 'a\u001b[2Jb\nc', ''],
    ['2', '解析', 'x'],
  ]
  const [, first, second] = formatTable(columns, rows).split('\n')
  expect(first).toBe('1   a?[2Jb c')
  expect(second).toBe(`2   解析${' '.repeat(9)}x`)
})

test('no line is wider than the terminal as long as the columns can shrink', () => {
  const cell = string({ maxLength: 60 })
  check(
    property(
      array(tuple(string({ maxLength: 4 }), cell, cell), { minLength: 1 }),
      integer({ min: 24, max: 90 }),
      (rows, width) => {
        for (const line of formatTable(columns, rows, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width)
      },
    ),
  )
})

test('a field is found by its path, also where a key has dots', () => {
  const file = { id: '1', metadata: { sample_id: 'S1', 'a.b': 'c' } }
  expect(fieldOf(file, 'metadata.sample_id')).toBe('S1')
  expect(fieldOf(file, 'metadata.a.b')).toBe('c')
  expect(fieldOf(file, 'origin.task')).toBeUndefined()
})

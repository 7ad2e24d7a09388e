import { expect, test } from 'vitest'
import { inputsOf, parseSettings } from '../../src/client/settings.ts'

const id = '5f2c0a1be4b0aa10e77c0001'
const other = '111122223333444455556666'
const ports = {
  reads: { type: 'File' },
  known: 'File?',
  lanes: { type: { type: 'array', items: 'File' } },
  index: { type: ['null', 'Directory'] },
  depth: 'int',
  label: { type: ['null', 'string'] },
  kind: { type: { type: 'enum', symbols: ['snps', '1'] } },
  either: ['string', 'int'],
  flag: 'boolean',
}
const set = (...settings: string[]) => parseSettings(settings, ports)

test.each([
  ['depth=12', { depth: 12 }],
  ['flag=true', { flag: true }],
  ['label=tumour', { label: 'tumour' }],
  ['label="tumour"', { label: 'tumour' }],
  ['label=12', { label: '12' }],
  ['label=', { label: '' }],
  ['label=a=b', { label: 'a=b' }],
  ['label=null', { label: null }],
  ['kind=1', { kind: '1' }],
  ['either=12', { either: 12 }],
  [`label=${id}`, { label: id }],
  [`label=${other}`, { label: other }],
  [`reads=${id}`, { reads: { class: 'File', path: id } }],
  [`reads=${other}`, { reads: { class: 'File', path: other } }],
  [`known=${id}`, { known: { class: 'File', path: id } }],
  ['known=null', { known: null }],
  [`index=${id}`, { index: { class: 'Directory', path: id } }],
  [`lanes=["${id}"]`, { lanes: [{ class: 'File', path: id }] }],
  [`reads={"class":"File","path":"${id}"}`, { reads: { class: 'File', path: id } }],
])('%s', (setting, inputs) => {
  expect(set(setting)).toEqual(inputs)
})

test('several settings make one object, the last of a name wins', () => {
  expect(set('depth=1', 'flag=false', 'depth=2')).toEqual({ depth: 2, flag: false })
})

test('an unknown input is refused with the names that there are', () => {
  expect(() => set('dept=1')).toThrow('The app has no input "dept". Its inputs: reads, known, lanes')
})

test.each(['depth', '=1', ''])('"%s" sets nothing', setting => {
  expect(() => set(setting)).toThrow(`"${setting}" sets nothing: write --set INPUT=VALUE.`)
})

test('ports may be a list, and lie in the main process of a graph', () => {
  const main = { id: '#main', inputs: [{ id: '#main/depth', type: 'int' }] }
  const raw = { $graph: [{ id: '#tool.cwl', inputs: [] }, main] }
  expect(parseSettings(['depth=3'], inputsOf(raw))).toEqual({ depth: 3 })
  expect(inputsOf({ inputs: ports })).toBe(ports)
})

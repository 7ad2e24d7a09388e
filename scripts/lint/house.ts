import { circlesOf } from './circles.ts'
import { type Source, sourcesOf } from './imports.ts'
import { ROOMS } from './rooms.ts'
import { wordFaults } from './words.ts'

const SERVER = 'packages/server/src/'
const LONGEST = 400
/** At the head of a file that is longer, with the reason behind it. */
const REASON = /^\s*(?:import [^\n]*\n|\s)*\/\*\*[^/]*Longer than 400 lines: \S/

/** All that is wrong with how a checkout is built, a sentence each. */
export function faultsOf(root: string, rooms = ROOMS): string[] {
  const sources = sourcesOf(root)
  return [
    ...arrowFaults(sources, rooms),
    ...circleFaults(sources),
    ...lengthFaults(sources),
    ...wordFaults(root, sources),
  ]
}

/** Rooms of the server: arrows that are in no list, entries of the list that nothing needs, circles in the list itself. */
function arrowFaults(sources: Source[], rooms: typeof ROOMS): string[] {
  const used = new Set<string>()
  const faults: string[] = []
  const inside = sources.filter(({ path }) => path.startsWith(SERVER))
  for (const { path, imports } of inside) {
    const from = roomOf(path)
    if (!rooms[from]) faults.push(`${path}: the room ${from} is not in scripts/lint/rooms.ts.`)
    for (const other of imports) {
      if (!other.startsWith(SERVER)) {
        faults.push(`${path} imports ${other}: another package is imported by its name.`)
        continue
      }
      const to = roomOf(other)
      if (from === to) continue
      used.add(`${from} → ${to}`)
      if (rooms[from] && !rooms[from].includes(to)) {
        faults.push(`${path} imports ${other}: ${from} → ${to} is not in scripts/lint/rooms.ts.`)
      }
    }
  }
  const there = new Set(inside.map(({ path }) => roomOf(path)))
  for (const [from, list] of Object.entries(rooms)) {
    if (!there.has(from)) faults.push(`scripts/lint/rooms.ts: there is no room ${from}.`)
    for (const to of list) {
      if (!used.has(`${from} → ${to}`)) faults.push(`scripts/lint/rooms.ts: nothing needs ${from} → ${to} any more.`)
    }
  }
  const circles = circlesOf(new Map(Object.entries(rooms)))
  return [
    ...new Set(faults),
    ...circles.map(circle => `scripts/lint/rooms.ts: a circle of rooms: ${circle.join(', ')}.`),
  ]
}

function circleFaults(sources: Source[]): string[] {
  const circles = circlesOf(new Map(sources.map(({ path, imports }) => [path, imports])))
  return circles.map(circle => `These files import each other in a circle: ${circle.join(', ')}.`)
}

function lengthFaults(sources: Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1
    if (lines <= LONGEST || REASON.test(text)) return []
    return `${path} has ${lines} lines: more than ${LONGEST} need "Longer than 400 lines:" and why, at its head.`
  })
}

function roomOf(path: string): string {
  return path.slice(SERVER.length).split('/')[0]!
}

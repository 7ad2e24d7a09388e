/**
 * What waits, sorted by rank, among equals by age: a binary tree that random weights keep flat (a treap), so that adding and
 * removing take O(log n). Each part of the tree knows the least that anything in it needs. So the first one that fits is found
 * without looking at all those before it that do not: where needs differ in one way only in O(log n), else in a little more.
 */
import { fits, type Need } from './need.ts'

export class Entry<T> {
  readonly of: T
  /** older ones first among those of one rank */
  age: number
  rank = 0
  need: Need = { cores: 0, ram: 0 }
  isIn = false
  left: Entry<T> | undefined
  right: Entry<T> | undefined
  leastCores = 0
  leastRam = 0
  readonly weight = Math.random()

  constructor(of: T, age: number) {
    this.of = of
    this.age = age
  }
}

export class Order<T> {
  #root: Entry<T> | undefined

  get isEmpty(): boolean {
    return this.#root === undefined
  }

  get first(): T | undefined {
    let entry = this.#root
    while (entry?.left) entry = entry.left
    return entry?.of
  }

  /** The least cores and the least memory that anything in it needs: not always of one and the same. */
  get leastNeed(): Need {
    return { cores: this.#root?.leastCores ?? 0, ram: this.#root?.leastRam ?? 0 }
  }

  /** Puts it where it belongs by its rank now, wherever it was. */
  put(entry: Entry<T>, rank: number, need: Need, age = entry.age): void {
    this.remove(entry)
    Object.assign(entry, { rank, need, age, isIn: true, left: undefined, right: undefined })
    measure(entry)
    this.#root = insert(this.#root, entry)
  }

  remove(entry: Entry<T>): void {
    if (!entry.isIn) return
    entry.isIn = false
    this.#root = without(this.#root, entry)
  }

  /** Goes through those that need no more than the room, in order, until `visit` gives something. */
  find<R>(room: Need, visit: (of: T) => R | undefined): R | undefined {
    return search(this.#root, room, visit)
  }
}

function search<T, R>(entry: Entry<T> | undefined, room: Need, visit: (of: T) => R | undefined): R | undefined {
  if (!entry || entry.leastCores > room.cores || entry.leastRam > room.ram) return undefined
  return (
    search(entry.left, room, visit) ??
    (fits(entry.need, room) ? visit(entry.of) : undefined) ??
    search(entry.right, room, visit)
  )
}

function insert<T>(tree: Entry<T> | undefined, entry: Entry<T>): Entry<T> {
  if (!tree) return entry
  if (entry.weight > tree.weight) {
    ;[entry.left, entry.right] = split(tree, entry)
    return measure(entry)
  }
  if (isBefore(entry, tree)) tree.left = insert(tree.left, entry)
  else tree.right = insert(tree.right, entry)
  return measure(tree)
}

function without<T>(tree: Entry<T> | undefined, entry: Entry<T>): Entry<T> | undefined {
  if (!tree) return undefined
  if (tree === entry) return join(tree.left, tree.right)
  if (isBefore(entry, tree)) tree.left = without(tree.left, entry)
  else tree.right = without(tree.right, entry)
  return measure(tree)
}

type Parts<T> = [Entry<T> | undefined, Entry<T> | undefined]

/** What comes before the entry, and what after. */
function split<T>(tree: Entry<T> | undefined, at: Entry<T>): Parts<T> {
  if (!tree) return [undefined, undefined]
  if (isBefore(at, tree)) {
    const [before, after] = split(tree.left, at)
    tree.left = after
    return [before, measure(tree)]
  }
  const [before, after] = split(tree.right, at)
  tree.right = before
  return [measure(tree), after]
}

function join<T>(one: Entry<T> | undefined, other: Entry<T> | undefined): Entry<T> | undefined {
  if (!one || !other) return one ?? other
  if (one.weight > other.weight) {
    one.right = join(one.right, other)
    return measure(one)
  }
  other.left = join(one, other.left)
  return measure(other)
}

function isBefore<T>(one: Entry<T>, other: Entry<T>): boolean {
  return one.rank === other.rank ? one.age < other.age : one.rank < other.rank
}

function measure<T>(entry: Entry<T>): Entry<T> {
  const { left, right, need } = entry
  entry.leastCores = Math.min(need.cores, left?.leastCores ?? Infinity, right?.leastCores ?? Infinity)
  entry.leastRam = Math.min(need.ram, left?.leastRam ?? Infinity, right?.leastRam ?? Infinity)
  return entry
}

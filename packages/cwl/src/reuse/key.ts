import { LIMITS } from '../limits.ts'
import { type ContentHash, contentsOf, filled } from './exact-json.ts'
import { sha256 } from './input-shape.ts'
import type { KeyParts } from './parts.ts'

/** A job's key: the hash of the tree of its parts. */
export interface Key {
  /** SHA-256 in hex of the tree's text */
  hash: string
  /** JSON: the hash of each part by its name */
  tree: string
  /** the parts' texts by their hashes */
  parts: Map<string, string>
}

/** Ids of all contents that a key waits for. */
export function contentsOfParts(parts: KeyParts): Set<string> {
  return new Set(Object.values(parts).flatMap(contentsOf))
}

/** The key, when all contents are hashed; else undefined. */
export function keyOf(parts: KeyParts, hashOf: (content: string) => ContentHash | undefined): Key | undefined {
  const tree: { [part: string]: string } = {}
  const texts = new Map<string, string>()
  for (const [name, part] of Object.entries(parts)) {
    const text = filled(part, hashOf)
    if (text === undefined) return undefined
    const hash = hashOfText(text)
    tree[name] = hash
    texts.set(hash, text)
  }
  const text = JSON.stringify(tree)
  return { hash: sha256(text), tree: text, parts: texts }
}

/** Of long texts, such as a tool's, which are the same for many jobs. */
const known = new Map<string, string>()

function hashOfText(text: string): string {
  if (text.length < LIMITS.hashedText) return sha256(text)
  let hash = known.get(text)
  if (hash === undefined) {
    hash = sha256(text)
    if (known.size >= LIMITS.hashesKept) known.clear()
    if (text.length < LIMITS.keptText) known.set(text, hash)
  }
  return hash
}

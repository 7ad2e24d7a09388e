/**
 * The key of a job: what it is, so that its result may stand for that of another job with the same key. Made of its plan, pure,
 * in two steps: `keyParts` when it is planned, `keyOf` when all its bytes are hashed.
 */
export type { ContentHash } from './exact-json.ts'
export { contentsOfParts, type Key, keyOf } from './key.ts'
export { ENGINE, KEY_FORMAT, type KeyParts, type Surroundings } from './parts.ts'

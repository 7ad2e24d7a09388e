/**
 * Bounds of what a document, an expression or an output may bring, each with its unit and why it is so; they are the same for everybody. What
 * an operator sets is in budget.ts.
 */
export const LIMITS = {
  /** characters of all documents of one process, and of what their aliases repeat: they are held in memory */
  documentText: 16 * 2 ** 20,
  /** documents that one process is read from */
  documents: 1000,
  /** imports in imports */
  imports: 20,
  /** lists and maps in lists and maps: they are walked by functions that call themselves */
  documentDepth: 200,
  /** nodes of one document: each takes about 100 bytes */
  documentNodes: 2_000_000,
  /** nodes that aliases repeat: a few lines can ask for any number */
  aliasedNodes: 100_000,
  /** characters between the start of a key and its colon, as YAML says */
  yamlKey: 1024,
  /** brackets in brackets */
  yamlBrackets: 250,
  /** milliseconds longer than its own limit that an evaluation may stay silent before its thread is ended */
  silentMilliseconds: 300,
  /** characters that are on their way to the thread at one time, beside what a single evaluation brings */
  sentCharacters: 16 * 2 ** 20,
  /** milliseconds from which an evaluation is slow, so that fewer are sent ahead */
  slowMilliseconds: 100,
  /** characters: a larger result is acknowledged, so that the thread does not run ahead of who reads them */
  largeResult: 1024 * 1024,
  /** characters of large results without acknowledgement */
  unreadResults: 16 * 2 ** 20,
  /** characters of what an expression threw that are told */
  thrownShown: 2000,
  /** characters of a regular expression; a slash without an end within them is a division */
  regex: 2000,
  /** characters of a text that a message shows */
  textShown: 200,
  /** characters of the command that a message shows */
  commandShown: 500,
  /** numbers written with a fraction that are remembered: a document with more has no such numbers by chance */
  fractions: 10_000,
  /** jobs that are planned at one time: enough to keep an evaluator busy */
  plannedJobs: 32,
  /** bytes that `loadContents` loads at most: CWL v1.2 §InputParameter */
  loadedContents: 64 * 1024,
  /** digits of a number that are kept; what has more is beyond every type */
  digits: 400,
  /** comparisons of a part of a value with a type, for one value */
  adaptSteps: 100_000,
  /** comparisons of a part of a value with a type, for one value: alternatives in alternatives are tried one by one, so a small type and a small value can need any number */
  checkSteps: 5_000_000,
  /** comparisons of two types for one link */
  fitSteps: 20_000,
  /** bytes of `cwl.output.json` that are read */
  outputObject: 64 * 2 ** 20,
  /** lists in lists of an output object */
  outputLists: 200,
  /** patterns that braces may make of one */
  patterns: 1000,
  /** links that one path may go through, as Linux has it */
  links: 40,
  /** folders in folders of an output: they are walked by functions that call themselves */
  outputFolders: 200,
  /** values of a File or Directory, about, as budgets count them */
  fileValues: 8,
  /** bytes of a file that becomes a literal: CWL leaves the size to who reads it; a document should stay one that people can read */
  literal: 1024 * 1024,
  /** folders in folders that become literals */
  literalFolders: 20,
  /** items that are worked on before others get their turn */
  itemsAtOnce: 500,
  /** problems of each severity that are told of one document */
  problems: 500,
  /** texts whose hashes are remembered */
  hashesKept: 200,
  /** characters: shorter texts are hashed as quickly as they are looked up */
  hashedText: 2000,
  /** characters of a text whose hash is remembered */
  keptText: 100_000,
  /** characters of one part of a message: names and values of documents may be of any length */
  partShown: 1000,
} as const

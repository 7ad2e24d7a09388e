/**
 * What can change a job's result and what can't, for tests of the key and of the server. Longer than 400 lines: it is one table of
 * pairs, a case beside the one that differs from it in one thing.
 */
import type { Values } from '../../src/index.ts'
import type { Case } from './keys.ts'

/** What differs, a case, the one that differs from it in one thing, and the parts of the key in which they differ. */
export type Pair = [what: string, old: Case, now: Case, parts: string[]]

const file = (location: string, more: object = {}) => ({
  class: 'File',
  location,
  basename: location.slice(location.lastIndexOf('/') + 1),
  ...more,
})
const folder = (location: string, more: object = {}) => ({ ...file(location, more), class: 'Directory' })
const JS = { InlineJavascriptRequirement: {} }
const takes = (types: object, more: object = {}): object => ({ inputs: types, ...more })
const one = (value: unknown, type: unknown = 'Any', more: object = {}): Case => ({
  tool: { inputs: { x: type }, ...more },
  inputs: { x: value } as Values,
})
/** A tool of one optional input on its command line, and outputs that an expression makes. */
const evaluated = (code: string, more: object = {}): object => ({
  requirements: JS,
  inputs: { f: 'File?', n: 'int?' },
  outputs: { out: { type: 'Any', outputBinding: { glob: 'x', outputEval: code } } },
  ...more,
})
const requiring = (requirements: object, more: object = {}): Case => ({ tool: { requirements, ...more } })
const hinting = (hints: object, more: object = {}): Case => ({ tool: { hints, ...more } })
const f = (location: string, more: object = {}): Case => one(file(location, more), 'File')

const FOLDERS = { 'mem:d': [file('mem:d/a'), file('mem:d/b')] as never[] }
const dir = (folders: object, more: object = {}): Case =>
  ({ ...one(folder('mem:d', more), 'Directory'), folders: folders as Case['folders'] }) as Case

/** What can change a result: the keys differ, in just these parts. */
export const DIFFERENT: Pair[] = [
  // command
  ['another program', { tool: { baseCommand: ['a'] } }, { tool: { baseCommand: ['b'] } }, ['tool', 'command']],
  ['one word or two', { tool: { baseCommand: ['a b'] } }, { tool: { baseCommand: ['a', 'b'] } }, ['tool', 'command']],
  ['another argument', { tool: { arguments: ['1'] } }, { tool: { arguments: ['2'] } }, ['tool', 'command']],
  ['an argument more', { tool: {} }, { tool: { arguments: [''] } }, ['tool', 'command']],
  ['order of arguments', { tool: { arguments: ['a', 'b'] } }, { tool: { arguments: ['b', 'a'] } }, ['tool', 'command']],
  [
    'a shell',
    { tool: { arguments: ['a'] } },
    requiring({ ShellCommandRequirement: {} }, { arguments: ['a'] }),
    ['command'],
  ],
  ['standard output', { tool: { stdout: 'a' } }, { tool: { stdout: 'b' } }, ['tool', 'command']],
  ['standard error', { tool: { stderr: 'a' } }, { tool: { stderr: 'b' } }, ['tool', 'command']],
  ['no standard output', { tool: { stdout: 'a' } }, { tool: {} }, ['tool', 'command']],
  [
    'standard input',
    { tool: { inputs: { x: 'File' } }, inputs: { x: file('mem:a') } as Values },
    { tool: { inputs: { x: 'File' }, stdin: '$(inputs.x.path)' }, inputs: { x: file('mem:a') } as Values },
    ['tool', 'command'],
  ],
  ['success codes', { tool: {} }, { tool: { successCodes: [0, 1] } }, ['tool']],
  ['permanent failures', { tool: {} }, { tool: { permanentFailCodes: [1] } }, ['tool']],
  ['temporary failures', { tool: {} }, { tool: { temporaryFailCodes: [1] } }, ['tool']],
  ['the version of the document', { tool: {} }, { tool: { cwlVersion: 'v1.0' } }, ['tool']],
  [
    'text that looks like the work folder',
    { tool: { arguments: ['<work>'] } },
    { tool: { arguments: ['/work'] } },
    ['tool', 'command'],
  ],
  // values
  ['a number', one(1), one(2), ['inputs/x']],
  ['a number and its text', one(1), one('1'), ['inputs/x']],
  ['null and its text', one(null, 'string?'), one('null', 'string?'), ['inputs/x']],
  ['true and its text', one(true), one('true'), ['inputs/x']],
  ['true and 1', one(true), one(1), ['inputs/x']],
  ['an empty text and null', one('', 'string?'), one(null, 'string?'), ['inputs/x']],
  ['an empty list and null', one([], 'string[]?'), one(null, 'string[]?'), ['inputs/x']],
  ['one item and a list of it', one('a'), one(['a']), ['inputs/x']],
  ['order of a list', one(['a', 'b']), one(['b', 'a']), ['inputs/x']],
  ['one item twice', one(['a']), one(['a', 'a']), ['inputs/x']],
  ['lists in lists', one([['a'], ['b']]), one([['a', 'b']]), ['inputs/x']],
  ['order of keys', one({ a: 1, b: 2 }), one({ b: 2, a: 1 }), ['inputs/x']],
  ['a key', one({ a: 1 }), one({ b: 1 }), ['inputs/x']],
  ['a key more', one({ a: 1 }), one({ a: 1, b: null }), ['inputs/x']],
  ['a value in a map', one({ a: { b: 1 } }), one({ a: { b: 2 } }), ['inputs/x']],
  ['a record and its text', one({ a: 1 }), one('{"a":1}'), ['inputs/x']],
  ['a list and its text', one([1]), one('[1]'), ['inputs/x']],
  ['case', one('a'), one('A'), ['inputs/x']],
  ['a blank', one('a'), one('a '), ['inputs/x']],
  ['a line end', one('a'), one('a\n'), ['inputs/x']],
  ['composed and decomposed letters', one('\u00e9'), one('e\u0301'), ['inputs/x']],
  ['U+0000 at the beginning of a key', one({ '\0content': 'a' }), one({ '\0\0content': 'a' }), ['inputs/x']],
  ['what looks like the place of a content', one({ '\0content': 'mem:a' }), one({ sha256: 'a' }), ['inputs/x']],
  ['the key __proto__', one(JSON.parse('{"__proto__":1}')), one({}), ['inputs/x']],
  ['0 and -0', one(0, 'double'), one(-0, 'double'), ['inputs/x']],
  ['large numbers that are close', one(2 ** 53), one(2 ** 53 + 2), ['inputs/x']],
  ['longs beyond 53 bits', one(9007199254740993n, 'long'), one(9007199254740992n, 'long'), ['inputs/x']],
  ['small numbers', one(1e-7, 'double'), one(1e-8, 'double'), ['inputs/x']],
  ['the type of an input', one(1, 'int'), one(1, 'long'), ['tool']],
  ['an int and a double', one(1, 'int'), one(1, 'double'), ['tool']],
  [
    'an input by another id',
    { tool: takes({ a: 'int' }), inputs: { a: 1 } },
    { tool: takes({ b: 'int' }), inputs: { b: 1 } },
    ['tool', 'inputs/a', 'inputs/b'],
  ],
  [
    'two inputs exchanged',
    { tool: takes({ a: 'int', b: 'int' }), inputs: { a: 1, b: 2 } },
    { tool: takes({ a: 'int', b: 'int' }), inputs: { a: 2, b: 1 } },
    ['inputs/a', 'inputs/b'],
  ],
  ['a value that no command shows', one('a', 'string'), one('b', 'string'), ['inputs/x']],
  [
    'a value on the command line',
    one('a', { type: 'string', inputBinding: {} }),
    one('b', { type: 'string', inputBinding: {} }),
    ['inputs/x', 'command'],
  ],
  [
    'where it stands on the command line',
    one('a', { type: 'string', inputBinding: {} }),
    one('a', { type: 'string', inputBinding: { prefix: '-x' } }),
    ['tool', 'command'],
  ],
  [
    'a default',
    { tool: { inputs: { x: { type: 'string', default: 'a' } } } },
    { tool: { inputs: { x: { type: 'string', default: 'b' } } } },
    ['tool', 'inputs/x'],
  ],
  [
    'a label in a default',
    { tool: { inputs: { x: { type: 'Any', default: { label: 'a' } } } } },
    { tool: { inputs: { x: { type: 'Any', default: { label: 'b' } } } } },
    ['tool', 'inputs/x'],
  ],
  ['a value called label', one({ label: 'a' }), one({ label: 'b' }), ['inputs/x']],
  // files
  ['bytes', f('mem:a'), { ...f('mem:a'), texts: { 'mem:a': 'others' } }, ['inputs/x']],
  ['a basename', f('mem:a'), f('mem:a', { basename: 'b' }), ['inputs/x', 'staging']],
  ['the executable bit', f('mem:a'), { ...f('mem:a'), executable: ['mem:a'] }, ['inputs/x']],
  ['a format', f('mem:a'), f('mem:a', { format: 'http://x/y' }), ['inputs/x']],
  ['a secondary file', f('mem:a'), f('mem:a', { secondaryFiles: [file('mem:a.i')] }), ['inputs/x', 'staging']],
  [
    'order of secondary files',
    f('mem:a', { secondaryFiles: [file('mem:i'), file('mem:j')] }),
    f('mem:a', { secondaryFiles: [file('mem:j'), file('mem:i')] }),
    ['inputs/x', 'staging'],
  ],
  [
    'bytes of a secondary file',
    f('mem:a', { secondaryFiles: [file('mem:a.i')] }),
    { ...f('mem:a', { secondaryFiles: [file('mem:a.i')] }), texts: { 'mem:a.i': 'x' } },
    ['inputs/x'],
  ],
  [
    'a secondary folder',
    f('mem:a', { secondaryFiles: [file('mem:d')] }),
    { ...f('mem:a', { secondaryFiles: [folder('mem:d')] }), folders: FOLDERS },
    ['inputs/x', 'staging'],
  ],
  ['what is said of a file', f('mem:a'), f('mem:a', { checksum: 'sha1$x' }), ['inputs/x']],
  [
    'a file in a list',
    one([file('mem:a')], 'File[]'),
    { ...one([file('mem:a')], 'File[]'), texts: { 'mem:a': 'x' } },
    ['inputs/x'],
  ],
  [
    'order of files',
    one([file('mem:a'), file('mem:b')], 'File[]'),
    one([file('mem:b'), file('mem:a')], 'File[]'),
    ['inputs/x', 'staging'],
  ],
  [
    'a file in a record',
    one({ f: file('mem:a') }),
    { ...one({ f: file('mem:a') }), texts: { 'mem:a': 'x' } },
    ['inputs/x'],
  ],
  [
    'the text of a literal',
    f('', { location: undefined, basename: 'l', contents: 'a' }),
    f('', { location: undefined, basename: 'l', contents: 'b' }),
    ['inputs/x', 'staging'],
  ],
  [
    'the name of a literal',
    f('', { location: undefined, basename: 'l', contents: 'a' }),
    f('', { location: undefined, basename: 'm', contents: 'a' }),
    ['inputs/x', 'staging'],
  ],
  [
    'loaded contents',
    { ...f('mem:a'), texts: { 'mem:a': 'x' } },
    {
      tool: { inputs: { x: { type: 'File', loadContents: true } } },
      inputs: { x: file('mem:a') } as Values,
      texts: { 'mem:a': 'x' },
    },
    ['tool', 'inputs/x'],
  ],
  // folders
  ['a file in a folder', dir(FOLDERS), { ...dir(FOLDERS), texts: { 'mem:d/a': 'x' } }, ['inputs/x']],
  [
    'a name in a folder',
    dir(FOLDERS),
    dir({ 'mem:d': [file('mem:d/a'), file('mem:d/b', { basename: 'c' })] }),
    ['inputs/x', 'staging'],
  ],
  [
    'a file more in a folder',
    dir(FOLDERS),
    dir({ 'mem:d': [...FOLDERS['mem:d'], file('mem:d/c')] }),
    ['inputs/x', 'staging'],
  ],
  ['an executable file in a folder', dir(FOLDERS), { ...dir(FOLDERS), executable: ['mem:d/a'] }, ['inputs/x']],
  ['the name of a folder', dir(FOLDERS), dir(FOLDERS, { basename: 'e' }), ['inputs/x', 'staging']],
  [
    'an empty folder in a folder',
    dir(FOLDERS),
    dir({ ...FOLDERS, 'mem:d': [...FOLDERS['mem:d'], folder('mem:e')] }),
    ['inputs/x', 'staging'],
  ],
  [
    'a file deep in a folder',
    dir({ 'mem:d': [folder('mem:e')], 'mem:e': [file('mem:a')] }),
    { ...dir({ 'mem:d': [folder('mem:e')], 'mem:e': [file('mem:a')] }), texts: { 'mem:a': 'x' } },
    ['inputs/x'],
  ],
  [
    'a listing that is seen',
    dir(FOLDERS),
    {
      ...dir(FOLDERS),
      tool: {
        inputs: { x: 'Directory' },
        requirements: { LoadListingRequirement: { loadListing: 'shallow_listing' } },
      },
    },
    ['tool', 'inputs/x'],
  ],
  // environment
  [
    'a variable',
    requiring({ EnvVarRequirement: { envDef: { A: '1' } } }),
    requiring({ EnvVarRequirement: { envDef: { A: '2' } } }),
    ['environment'],
  ],
  [
    'the name of a variable',
    requiring({ EnvVarRequirement: { envDef: { A: '1' } } }),
    requiring({ EnvVarRequirement: { envDef: { B: '1' } } }),
    ['environment'],
  ],
  ['a variable as a hint', { tool: {} }, hinting({ EnvVarRequirement: { envDef: { A: '1' } } }), ['environment']],
  [
    'a variable out of an input',
    {
      tool: { inputs: { x: 'string' }, requirements: { EnvVarRequirement: { envDef: { A: '$(inputs.x)' } } } },
      inputs: { x: 'a' },
    },
    {
      tool: { inputs: { x: 'string' }, requirements: { EnvVarRequirement: { envDef: { A: '$(inputs.x)' } } } },
      inputs: { x: 'b' },
    },
    ['inputs/x', 'environment'],
  ],
  // staged files
  [
    'a staged text',
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '1' }] } }),
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '2' }] } }),
    ['staging'],
  ],
  [
    'a staged name',
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '1' }] } }),
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'b', entry: '1' }] } }),
    ['staging'],
  ],
  [
    'a staged text that is writable',
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '1' }] } }),
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '1', writable: true }] } }),
    ['staging'],
  ],
  [
    'no staged text',
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '1' }] } }),
    { tool: {} },
    ['staging'],
  ],
  [
    'order of staged texts',
    requiring({
      InitialWorkDirRequirement: {
        listing: [
          { entryname: 'a', entry: '1' },
          { entryname: 'b', entry: '1' },
        ],
      },
    }),
    requiring({
      InitialWorkDirRequirement: {
        listing: [
          { entryname: 'b', entry: '1' },
          { entryname: 'a', entry: '1' },
        ],
      },
    }),
    ['staging'],
  ],
  [
    'an input that is staged',
    f('mem:a'),
    {
      ...f('mem:a'),
      tool: { inputs: { x: 'File' }, requirements: { InitialWorkDirRequirement: { listing: ['$(inputs.x)'] } } },
    },
    ['staging'],
  ],
  [
    'an input that is staged under a name',
    {
      ...f('mem:a'),
      tool: {
        inputs: { x: 'File' },
        requirements: { InitialWorkDirRequirement: { listing: [{ entry: '$(inputs.x)', entryname: 'a' }] } },
      },
    },
    {
      ...f('mem:a'),
      tool: {
        inputs: { x: 'File' },
        requirements: { InitialWorkDirRequirement: { listing: [{ entry: '$(inputs.x)', entryname: 'b' }] } },
      },
    },
    ['inputs/x', 'staging'],
  ],
  [
    'an input that is staged writable',
    {
      ...f('mem:a'),
      tool: {
        inputs: { x: 'File' },
        requirements: { InitialWorkDirRequirement: { listing: [{ entry: '$(inputs.x)' }] } },
      },
    },
    {
      ...f('mem:a'),
      tool: {
        inputs: { x: 'File' },
        requirements: { InitialWorkDirRequirement: { listing: [{ entry: '$(inputs.x)', writable: true }] } },
      },
    },
    ['staging'],
  ],
  [
    'a staged folder made by an expression',
    requiring({
      ...JS,
      InitialWorkDirRequirement: { listing: '${ return [{class: "Directory", basename: "d", listing: []}] }' },
    }),
    requiring({
      ...JS,
      InitialWorkDirRequirement: { listing: '${ return [{class: "Directory", basename: "e", listing: []}] }' },
    }),
    ['staging'],
  ],
  [
    'bytes of a staged file',
    {
      ...f('mem:a'),
      tool: { inputs: { x: 'File' }, requirements: { InitialWorkDirRequirement: { listing: ['$(inputs.x)'] } } },
    },
    {
      ...f('mem:a'),
      texts: { 'mem:a': 'y' },
      tool: { inputs: { x: 'File' }, requirements: { InitialWorkDirRequirement: { listing: ['$(inputs.x)'] } } },
    },
    ['inputs/x', 'staging'],
  ],
  // outputs
  ['an output', { tool: {} }, { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } }, ['tool']],
  [
    'a glob',
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'b' } } } } },
    ['tool'],
  ],
  [
    'the type of an output',
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'File[]', outputBinding: { glob: 'a' } } } } },
    ['tool'],
  ],
  [
    'the id of an output',
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { p: { type: 'File', outputBinding: { glob: 'a' } } } } },
    ['tool'],
  ],
  [
    'the format of an output',
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'File', format: 'http://x/y', outputBinding: { glob: 'a' } } } } },
    ['tool'],
  ],
  [
    'secondary files of an output',
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'File', secondaryFiles: ['.i'], outputBinding: { glob: 'a' } } } } },
    ['tool'],
  ],
  [
    'contents of an output',
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'File', outputBinding: { glob: 'a', loadContents: true } } } } },
    ['tool'],
  ],
  [
    'the listing of an output',
    { tool: { outputs: { o: { type: 'Directory', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'Directory', outputBinding: { glob: 'a', loadListing: 'deep_listing' } } } } },
    ['tool'],
  ],
  ['outputEval', { tool: evaluated('$(1)') }, { tool: evaluated('$(2)') }, ['tool']],
  [
    'the library of JavaScript',
    {
      tool: evaluated('$(g())', {
        requirements: { InlineJavascriptRequirement: { expressionLib: ['function g() { return 1 }'] } },
      }),
    },
    {
      tool: evaluated('$(g())', {
        requirements: { InlineJavascriptRequirement: { expressionLib: ['function g() { return 2 }'] } },
      }),
    },
    ['tool'],
  ],
  ['JavaScript or not', { tool: { outputs: {} } }, requiring(JS), ['tool']],
  [
    'a field of a record output',
    {
      tool: {
        outputs: { o: { type: { type: 'record', fields: { a: { type: 'File', outputBinding: { glob: 'a' } } } } } },
      },
    },
    {
      tool: {
        outputs: { o: { type: { type: 'record', fields: { a: { type: 'File', outputBinding: { glob: 'b' } } } } } },
      },
    },
    ['tool'],
  ],
  [
    'logs that are kept',
    { tool: {} },
    hinting({ 'sbg:SaveLogs': { value: '*.log' } }, { $namespaces: { sbg: 'https://sevenbridges.com' } }),
    ['tool'],
  ],
  // what output expressions name
  ...(['cores', 'ram', 'tmpdirSize', 'outdirSize'] as const).map((name): Pair => {
    const [tool, kind] = [
      evaluated(`$(runtime.${name})`),
      { cores: 'coresMin', ram: 'ramMin', tmpdirSize: 'tmpdirMin', outdirSize: 'outdirMin' }[name],
    ]
    const at = (amount: number) => ({
      tool: { ...tool, requirements: { ...JS, ResourceRequirement: { [kind]: amount } } },
    })
    return [`runtime.${name} in an output expression`, at(2), at(3), [`runtime/${name}`]]
  }),
  [
    'runtime as a whole in an output expression',
    { tool: evaluated('$(JSON.stringify(runtime))') },
    { tool: evaluated('$(JSON.stringify(runtime))'), resources: { '*': { cores: 3 } } },
    ['runtime/cores'],
  ],
  [
    'runtime by a computed name',
    { tool: evaluated('$(runtime["co" + "res"])') },
    { tool: evaluated('$(runtime["co" + "res"])'), resources: { '*': { cores: 3 } } },
    ['runtime/cores'],
  ],
  [
    'runtime in a glob',
    { tool: { outputs: { o: { type: 'File[]', outputBinding: { glob: 'a$(runtime.cores)' } } } } },
    {
      tool: { outputs: { o: { type: 'File[]', outputBinding: { glob: 'a$(runtime.cores)' } } } },
      resources: { '*': { cores: 3 } },
    },
    ['runtime/cores'],
  ],
  [
    'runtime in secondary files',
    {
      tool: {
        requirements: JS,
        outputs: {
          o: { type: 'File[]', secondaryFiles: ['$(self.basename + runtime.cores)'], outputBinding: { glob: 'a' } },
        },
      },
    },
    {
      tool: {
        requirements: JS,
        outputs: {
          o: { type: 'File[]', secondaryFiles: ['$(self.basename + runtime.cores)'], outputBinding: { glob: 'a' } },
        },
      },
      resources: { '*': { cores: 3 } },
    },
    ['runtime/cores'],
  ],
  [
    'runtime in the library',
    {
      tool: evaluated('$(g(runtime))', {
        requirements: { InlineJavascriptRequirement: { expressionLib: ['function g(r) { return r.cores }'] } },
      }),
    },
    {
      tool: evaluated('$(g(runtime))', {
        requirements: { InlineJavascriptRequirement: { expressionLib: ['function g(r) { return r.cores }'] } },
      }),
      resources: { '*': { cores: 3 } },
    },
    ['runtime/cores'],
  ],
  [
    'memory on the command line',
    { tool: { arguments: ['$(runtime.ram)'], requirements: { ResourceRequirement: { ramMin: 10 } } } },
    { tool: { arguments: ['$(runtime.ram)'], requirements: { ResourceRequirement: { ramMin: 20 } } } },
    ['command'],
  ],
  [
    'cores in the environment',
    { tool: { requirements: { EnvVarRequirement: { envDef: { N: '$(runtime.cores)' } } } } },
    {
      tool: { requirements: { EnvVarRequirement: { envDef: { N: '$(runtime.cores)' } } } },
      resources: { '*': { cores: 3 } },
    },
    ['environment'],
  ],
  [
    'cores in a staged text',
    requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '$(runtime.cores)' }] } }),
    {
      ...requiring({ InitialWorkDirRequirement: { listing: [{ entryname: 'a', entry: '$(runtime.cores)' }] } }),
      resources: { '*': { cores: 3 } },
    },
    ['staging'],
  ],
  [
    'the seed in an output expression',
    { tool: evaluated('$(Math.random())') },
    { tool: evaluated('$(Math.random())'), seed: 'other' },
    ['seed'],
  ],
  [
    'the seed by a computed name',
    { tool: evaluated('$(Math["ran" + "dom"]())') },
    { tool: evaluated('$(Math["ran" + "dom"]())'), seed: 'other' },
    ['seed'],
  ],
  [
    'the time in an output expression',
    { tool: evaluated('$(new Date().getTime())') },
    { tool: evaluated('$(new Date().getTime())'), time: 5 },
    ['time'],
  ],
  [
    'the time in a body',
    { tool: evaluated('${ return Date.now() }') },
    { tool: evaluated('${ return Date.now() }'), time: 5 },
    ['time'],
  ],
  [
    'the time by this',
    { tool: evaluated('${ return this["Da" + "te"].now() }') },
    { tool: evaluated('${ return this["Da" + "te"].now() }'), time: 5 },
    ['time'],
  ],
  [
    'the time by eval',
    { tool: evaluated('${ return eval("Da" + "te.now()") }') },
    { tool: evaluated('${ return eval("Da" + "te.now()") }'), time: 5 },
    ['time'],
  ],
  [
    'the time by a constructor',
    { tool: evaluated('${ return (0).constructor.constructor("return 1")() }') },
    { tool: evaluated('${ return (0).constructor.constructor("return 1")() }'), time: 5 },
    ['time'],
  ],
  [
    'the time on the command line',
    { tool: { requirements: JS, arguments: ['$(Date.now())'] } },
    { tool: { requirements: JS, arguments: ['$(Date.now())'] }, time: 5 },
    ['command'],
  ],
  [
    'chance on the command line',
    { tool: { requirements: JS, arguments: ['$(Math.random())'] } },
    { tool: { requirements: JS, arguments: ['$(Math.random())'] }, seed: 'other' },
    ['command'],
  ],
  [
    'metadata in an output expression',
    {
      tool: evaluated('$(inputs.f.metadata.sample)'),
      inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values,
    },
    {
      tool: evaluated('$(inputs.f.metadata.sample)'),
      inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values,
    },
    ['inputs/f'],
  ],
  [
    'metadata of an input that comes out again',
    { tool: evaluated('$(inputs.f)'), inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values },
    { tool: evaluated('$(inputs.f)'), inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values },
    ['inputs/f'],
  ],
  [
    'metadata by all inputs',
    {
      tool: evaluated('$(JSON.stringify(inputs))'),
      inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values,
    },
    {
      tool: evaluated('$(JSON.stringify(inputs))'),
      inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values,
    },
    ['inputs/f'],
  ],
  [
    'metadata by a variable',
    {
      tool: evaluated('${ var i = inputs; return i.f.metadata }'),
      inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values,
    },
    {
      tool: evaluated('${ var i = inputs; return i.f.metadata }'),
      inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values,
    },
    ['inputs/f'],
  ],
  [
    'metadata on the command line',
    {
      tool: { inputs: { f: 'File' }, arguments: ['$(inputs.f.metadata.sample)'] },
      inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values,
    },
    {
      tool: { inputs: { f: 'File' }, arguments: ['$(inputs.f.metadata.sample)'] },
      inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values,
    },
    ['command'],
  ],
  // where it runs
  ['an image', { around: { platform: { image: 'a' } } }, { around: { platform: { image: 'b' } } }, ['platform']],
  ['an image and none', { around: { platform: { image: 'a' } } }, {}, ['platform']],
  [
    'programs of the machine',
    { around: { platform: { isolation: 'sandbox', programs: 'a' } } },
    { around: { platform: { isolation: 'sandbox', programs: 'b' } } },
    ['platform'],
  ],
  [
    'the network',
    { ...requiring({ NetworkAccess: { networkAccess: true } }), around: { network: true } },
    { around: { network: true } },
    ['network'],
  ],
  [
    'the network granted',
    { ...requiring({ NetworkAccess: { networkAccess: true } }), around: { network: true } },
    requiring({ NetworkAccess: { networkAccess: true } }),
    ['network'],
  ],
]

const scheduled = (requirements: object): Pair => [
  `${Object.keys(requirements)[0]} ${JSON.stringify(Object.values(requirements)[0])}`,
  { tool: {} },
  requiring(requirements),
  [],
]

/** What can't change a result: the keys are the same. */
export const SAME: Pair[] = [
  ['nothing', one(1), one(1), []],
  ['the id of the tool', { tool: { id: 'a' } }, { tool: { id: 'b' } }, []],
  ['a label', { tool: {} }, { tool: { label: 'new' } }, []],
  ['a doc', { tool: {} }, { tool: { doc: 'new' } }, []],
  ['the label of an input', one(1, { type: 'int' }), one(1, { type: 'int', label: 'new' }), []],
  ['the doc of an input', one(1, { type: 'int' }), one(1, { type: 'int', doc: 'new' }), []],
  [
    'the label of an output',
    { tool: { outputs: { o: { type: 'File[]', outputBinding: { glob: 'a' } } } } },
    { tool: { outputs: { o: { type: 'File[]', label: 'x', doc: 'y', outputBinding: { glob: 'a' } } } } },
    [],
  ],
  [
    'notes of another program',
    { tool: {} },
    { tool: { $namespaces: { sbg: 'https://sevenbridges.com' }, 'sbg:revision': 3, 'sbg:modifiedBy': 'kim' } },
    [],
  ],
  ['a shorthand', { tool: { baseCommand: 'tool' } }, { tool: { baseCommand: ['tool'] } }, []],
  ['inputs as a list', one(1, 'int'), { ...one(1, 'int'), tool: { inputs: [{ id: 'x', type: 'int' }] } }, []],
  [
    'the order of keys in the document',
    { tool: { stdout: 'a', stderr: 'b' } },
    { tool: { stderr: 'b', stdout: 'a' } },
    [],
  ],
  ['where a file lies', f('mem:a/x'), { ...f('mem:b/x'), texts: { 'mem:b/x': 'bytes of mem:a/x' } }, []],
  [
    'a literal file and a stored one',
    f('', { location: undefined, basename: 'l', contents: 'a' }),
    f('', { location: undefined, basename: 'l', contents: 'a' }),
    [],
  ],
  [
    'metadata that nothing names',
    f('mem:a', { metadata: { sample: 'a' } }),
    f('mem:a', { metadata: { sample: 'b' } }),
    [],
  ],
  [
    'metadata where an output expression names the path alone',
    { tool: evaluated('$(inputs.f.path)'), inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values },
    { tool: evaluated('$(inputs.f.path)'), inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values },
    [],
  ],
  [
    'metadata that outputs inherit',
    {
      tool: {
        inputs: { f: 'File' },
        $namespaces: { sbg: 'https://sevenbridges.com' },
        outputs: { o: { type: 'File[]', 'sbg:inheritMetadataFrom': '#f', outputBinding: { glob: 'a' } } },
      },
      inputs: { f: file('mem:a', { metadata: { sample: 'a' } }) } as Values,
    },
    {
      tool: {
        inputs: { f: 'File' },
        $namespaces: { sbg: 'https://sevenbridges.com' },
        outputs: { o: { type: 'File[]', outputBinding: { glob: 'a' } } },
      },
      inputs: { f: file('mem:a', { metadata: { sample: 'b' } }) } as Values,
    },
    [],
  ],
  [
    'labels that outputs are given',
    {
      tool: {
        $namespaces: { sbg: 'https://sevenbridges.com' },
        outputs: { o: { type: 'File[]', 'sbg:metadata': { a: 'b' }, outputBinding: { glob: 'a' } } },
      },
    },
    { tool: { outputs: { o: { type: 'File[]', outputBinding: { glob: 'a' } } } } },
    [],
  ],
  ['the size that a file is said to have', f('mem:a', { size: 1 }), f('mem:a', { size: 2 }), []],
  [
    'an output expression that names other inputs',
    { tool: evaluated('$(inputs.n)'), inputs: { f: file('mem:a', { metadata: { s: 'a' } }), n: 1 } as Values },
    { tool: evaluated('$(inputs.n)'), inputs: { f: file('mem:a', { metadata: { s: 'b' } }), n: 1 } as Values },
    [],
  ],
  ['the seed that nothing names', { seed: 'a' }, { seed: 'b' }, []],
  ['the time that nothing names', { time: 1 }, { time: 2 }, []],
  [
    'the seed where Math is used for more',
    { tool: evaluated('$(Math.max(1, 2))') },
    { tool: evaluated('$(Math.max(1, 2))'), seed: 'b' },
    [],
  ],
  ['cores that nothing names', {}, { resources: { '*': { cores: 8 } } }, []],
  ['memory that nothing names', {}, { resources: { '*': { memory_mib: 8000 } } }, []],
  ['seconds', {}, { resources: { '*': { seconds: 80 } } }, []],
  [
    'memory where an output expression names cores',
    { tool: evaluated('$(runtime.cores)') },
    { tool: evaluated('$(runtime.cores)'), resources: { '*': { memory_mib: 8000 } } },
    [],
  ],
  [
    'folders of runtime',
    { tool: evaluated('$(runtime.outdir)') },
    { tool: evaluated('$(runtime.outdir)'), resources: { '*': { cores: 3 } } },
    [],
  ],
  scheduled({ ResourceRequirement: { coresMin: 4 } }),
  scheduled({ ResourceRequirement: { ramMin: 4000, ramMax: 8000 } }),
  scheduled({ ResourceRequirement: { tmpdirMin: 4000, outdirMin: 10 } }),
  scheduled({ ToolTimeLimit: { timelimit: 60 } }),
  scheduled({ WorkReuse: { enableReuse: true } }),
  scheduled({ WorkReuse: { enableReuse: false } }),
  [
    'a requirement and the same hint of resources',
    requiring({ ResourceRequirement: { coresMin: 2 } }),
    hinting({ ResourceRequirement: { coresMin: 2 } }),
    [],
  ],
  [
    'a variable as requirement and as hint',
    requiring({ EnvVarRequirement: { envDef: { A: '1' } } }),
    hinting({ EnvVarRequirement: { envDef: { A: '1' } } }),
    [],
  ],
  ['software that is named', { tool: {} }, hinting({ SoftwareRequirement: { packages: { samtools: {} } } }), []],
  ['an unknown hint', { tool: {} }, hinting({ 'http://example.org/x': { a: 1 } }), []],
  ['the network that is not granted', requiring({ NetworkAccess: { networkAccess: true } }), {}, []],
  [
    'an image’s name, when its identity is the same',
    { ...hinting({ DockerRequirement: { dockerPull: 'a:1' } }), around: { platform: { image: 'i' } } },
    { ...hinting({ DockerRequirement: { dockerPull: 'a:latest' } }), around: { platform: { image: 'i' } } },
    [],
  ],
]

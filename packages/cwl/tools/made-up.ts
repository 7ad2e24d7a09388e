import { isExpression } from '../src/expression/scan.ts'
import { nameOf } from '../src/files.ts'
import type { FileAccess, InputParameter, Process, RecordField, Type, Value, Values } from '../src/index.ts'
import { acceptsNull, checkValue } from '../src/model/check.ts'

/**
 * Which of the inputs get a value: all of them, or those that can't do without. `telling`: all of them, with names and texts
 * that scripts look into (`chr1`, `R1`), and contents that are JSON.
 */
export type Extent = 'all' | 'required' | 'telling'

/**
 * Inputs for a process that nobody gave any: what its author suggests where that fits, defaults where there are some, else
 * the simplest value of the type. Files have a few words of text, the extension that the port wants and
 * the metadata that apps of the platform ask for; lists have two items.
 */
export function madeUpInputs(process: Process, extent: Extent): Values {
  const maker = new Maker(extent === 'telling')
  const values: Values = {}
  for (const input of process.inputs) {
    if (input.default !== undefined || (extent === 'required' && acceptsNull(input.type))) continue
    const suggested = input.extensions['sbg:suggestedValue']
    const fits = suggested !== undefined && !holdsFiles(input.type) && checkValue(input.type, suggested) === undefined
    values[input.id] = fits ? suggested : maker.value(input.type, input)
  }
  return values
}

class Maker {
  readonly #telling: boolean
  #count = 0

  constructor(telling: boolean) {
    this.#telling = telling
  }

  value(type: Type, port: Pick<InputParameter | RecordField, 'id' | 'format'> & Partial<InputParameter>): Value {
    switch (type.kind) {
      case 'null':
        return null
      case 'boolean':
        return true
      case 'int':
      case 'long':
        return 1
      case 'float':
      case 'double':
        return 0.5
      case 'string':
      case 'Any':
        return this.#telling ? 'chr1' : 'text'
      case 'enum':
        return type.symbols[0] ?? ''
      case 'File':
        return this.#file(port)
      case 'Directory':
        return { class: 'Directory', basename: `${port.id}_${++this.#count}`, listing: [this.#file(port)] }
      case 'array':
        return [this.value(type.items, port), this.value(type.items, port)]
      case 'record':
        return Object.fromEntries(type.fields.map(field => [field.id, this.value(field.type, field)]))
      case 'union':
        return this.value(type.of.find(member => member.kind !== 'null') ?? { kind: 'null' }, port)
    }
  }

  #file(port: Pick<InputParameter | RecordField, 'id' | 'format'> & Partial<InputParameter>): Value {
    const number = ++this.#count
    const format = port.format.find(each => !isExpression(each))
    const stem = this.#telling ? `sample_${number}_S1_L001_R${2 - (number % 2)}_001.chr1` : `${port.id}_${number}`
    const basename = `${stem}.${extensionFor(port.extensions?.['sbg:fileTypes'])}`
    return {
      class: 'File',
      location: `made-up:/${number}/${basename}`,
      basename,
      ...(format === undefined ? {} : { format }),
      metadata: {
        sample_id: 'sample',
        library_id: 'library',
        platform: 'Illumina',
        paired_end: String(2 - (number % 2)),
      },
    }
  }
}

/** The first of `FASTQ, FASTQ.GZ`, as the names of files have it. */
function extensionFor(types: Value | undefined): string {
  const [first = ''] = typeof types === 'string' ? types.split(/[,\s]+/).filter(type => type !== '') : []
  return first.replace(/^\.+/, '').toLowerCase() || 'txt'
}

function holdsFiles(type: Type): boolean {
  if (type.kind === 'array') return holdsFiles(type.items)
  if (type.kind === 'union') return type.of.some(holdsFiles)
  if (type.kind === 'record') return type.fields.some(field => holdsFiles(field.type))
  return type.kind === 'File' || type.kind === 'Directory' || type.kind === 'Any'
}

/** Beside a made-up file lies whatever is looked for; files that a document names by a place are taken to be there. */
export function madeUpFiles(extent: Extent): FileAccess {
  const text = Buffer.from(extent === 'telling' ? '{}\n' : 'made up\n')
  return {
    read: async () => text,
    list: async () => [],
    size: async () => text.length,
    async sibling(file, basename) {
      const own = nameOf(file)
      return own === basename ? undefined : { class: 'File', location: `made-up:/beside/${own}/${basename}`, basename }
    },
  }
}

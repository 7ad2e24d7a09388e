import { type Entry, holdsEntry, isDirectory, isEntry, isFile, isRecord, nameOf, uriOf } from '../files.ts'
import type { Value, Values } from '../values.ts'

/**
 * Locations as expressions see them. The host's own (`content:<id>`, a path of the machine) differ from run to run and would
 * get into results: into a configuration that `$(inputs)` is written to, into `job.json`. So an expression sees one that is made
 * of what is the same in every run: the path that the job sees (`file:///inputs/0/a.fq`), or, where there is no path
 * yet, the port, the place in its list and the name (`file:///reads/0/a.fq`). What it gives back gets the host's location again.
 */
export class Locations {
  readonly #inputs: Values
  readonly #ports = new Map<string, Value>()
  readonly #entries = new Map<Entry, Entry>()
  /** the host's location, by the one that is shown */
  readonly #hidden = new Map<string, string>()
  #all: Values | undefined

  constructor(inputs: Values) {
    this.#inputs = inputs
  }

  /** The inputs of these names, those that there are. */
  inputs(ids: Iterable<string> = Object.keys(this.#inputs)): Values {
    const given = [...ids].filter(id => Object.hasOwn(this.#inputs, id))
    return Object.fromEntries(given.map(id => [id, this.#port(id)]))
  }

  /** Any value of the host's, such as `self`: a part of the inputs looks as it does there. */
  show(value: Value): Value {
    if (!holdsEntry(value)) return value
    this.#all ??= this.inputs()
    return this.#show(value, 'self')
  }

  /** What JavaScript made, with the host's locations; changes the value. */
  hide(value: Value): Value {
    if (this.#hidden.size > 0) this.#hide(value)
    return value
  }

  #port(id: string): Value {
    let port = this.#ports.get(id)
    if (port === undefined) {
      const value = this.#inputs[id] ?? null
      port = holdsEntry(value) ? this.#show(value, encodeURIComponent(id)) : value
      this.#ports.set(id, port)
    }
    return port
  }

  #show(value: Value, where: string): Value {
    if (Array.isArray(value)) return value.map((item, index) => this.#show(item, `${where}/${index}`))
    if (isEntry(value)) return this.#entry(value, where)
    if (!isRecord(value)) return value
    const fields = Object.entries(value)
    return Object.fromEntries(
      fields.map(([key, item]) => [key, this.#show(item, `${where}/${encodeURIComponent(key)}`)]),
    )
  }

  #entry(entry: Entry, where: string): Entry {
    const known = this.#entries.get(entry)
    if (known) return known
    const location =
      entry.path === undefined ? `file:///${where}/${encodeURIComponent(nameOf(entry))}` : uriOf(entry.path)
    const copy = entry.location === undefined ? { ...entry } : { ...entry, location }
    if (entry.location !== undefined && !this.#hidden.has(location)) this.#hidden.set(location, entry.location)
    if (isFile(copy) && copy.secondaryFiles)
      copy.secondaryFiles = copy.secondaryFiles.map(other => this.#entry(other, where))
    if (isDirectory(copy) && copy.listing) {
      const inside = location.slice('file:///'.length)
      copy.listing = copy.listing.map(item => this.#entry(item, inside))
    }
    this.#entries.set(entry, copy)
    return copy
  }

  #hide(value: Value): void {
    if (Array.isArray(value)) for (const item of value) this.#hide(item)
    else if (isRecord(value)) {
      if (isEntry(value) && value.location !== undefined)
        value.location = this.#hidden.get(value.location) ?? value.location
      for (const item of Object.values(value)) this.#hide(item)
    }
  }
}

const made = new WeakMap<Values, Locations>()

/** Made once for each object of inputs, which nobody changes. */
export function locationsOf(inputs: Values): Locations {
  let locations = made.get(inputs)
  if (!locations) {
    locations = new Locations(inputs)
    made.set(inputs, locations)
  }
  return locations
}

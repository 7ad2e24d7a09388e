/**
 * From the name of an image to what identifies it on this machine. An image that is here is taken as it is; one that is not is
 * pulled, once however many ask at one time. Jobs then run by the image's id, which is the digest of its configuration: it
 * names the layers of this platform, is the same in every engine, and never moves as a tag or an index of platforms does.
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine } from '../specification.ts'
import { apptainerImage, foundImage } from './apptainer.ts'
import { EngineError, reasonOf } from './engines.ts'

const run = promisify(execFile)

export interface ImageSettings {
  engine: Engine
  /** names of images, or their beginnings up to a `/`, and what to take instead */
  map?: { [from: string]: string }
  /** credentials for registries, in the format of docker's `config.json` */
  auth?: string
}

/** An image on this machine. */
export interface Image {
  /** as the document names it */
  name: string
  /** `sha256:` and 64 hex digits; with apptainer the path of the image's file */
  id: string
}

export class Images {
  readonly #settings: ImageSettings
  readonly #known = new Map<string, Promise<Image>>()
  readonly #coming = new Map<string, Promise<Image>>()

  constructor(settings: ImageSettings) {
    this.#settings = settings
  }

  get engine(): Engine {
    return this.#settings.engine
  }

  /**
   * What the name stood for when it was asked for first, or last by `getNow`.
   * @throws EngineError when it can't be had
   */
  get(name: string): Promise<Image> {
    return this.#known.get(name) ?? this.getNow(name)
  }

  /**
   * What the name stands for now: a tag may have moved since it was asked for last. Those who ask at one time share the answer.
   * @throws EngineError when it can't be had
   */
  getNow(name: string): Promise<Image> {
    const coming = this.#coming.get(name) ?? this.#resolve(name).finally(() => this.#coming.delete(name))
    this.#coming.set(name, coming)
    this.#known.set(name, coming)
    // whoever asked is told; the next one tries anew
    coming.catch(() => this.#known.delete(name))
    return coming
  }

  /** What it stands for now, of those that are here; undefined for one that would have to be brought. */
  async find(name: string): Promise<Image | undefined> {
    const { engine, map = {} } = this.#settings
    const mapped = rewritten(name, map)
    const id = engine === 'apptainer' ? await foundImage(mapped) : await idOf(engine, this.#fullName(mapped))
    return id === undefined ? undefined : { name, id }
  }

  #fullName(mapped: string): string {
    return this.#settings.engine === 'podman' ? fullName(mapped) : mapped
  }

  async #resolve(name: string): Promise<Image> {
    const { engine, map = {}, auth } = this.#settings
    const mapped = rewritten(name, map)
    if (engine === 'apptainer') return { name, id: await apptainerImage(mapped, auth) }
    const full = this.#fullName(mapped)
    const present = await idOf(engine, full)
    if (present) return { name, id: present }
    const said = mapped === name ? name : `${name} (${mapped} by the image map)`
    await pull(engine, full, auth).catch(error => {
      throw new EngineError(`the image ${said} is not on this machine and can't be pulled: ${reasonOf(error)}`)
    })
    const id = await idOf(engine, full)
    if (!id) throw new EngineError(`the image ${said} was pulled and is not there`)
    return { name, id }
  }
}

/** The longest entry that the name is, or that it begins with up to a `/`, decides. */
export function rewritten(name: string, map: { [from: string]: string }): string {
  const matches = Object.keys(map).filter(from => name === from || (from.endsWith('/') && name.startsWith(from)))
  const from = matches.sort((a, b) => b.length - a.length)[0]
  return from === undefined ? name : map[from] + name.slice(from.length)
}

/** As docker reads a short name: of Docker Hub, and there of `library`. */
export function fullName(name: string): string {
  if (/^(sha256:)?[0-9a-f]{12,64}$/.test(name)) return name
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  if (/[.:]/.test(first) || first === 'localhost') return name
  return slash < 0 ? `docker.io/library/${name}` : `docker.io/${name}`
}

async function idOf(engine: Engine, name: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(engine, ['image', 'inspect', '--format', '{{.Id}}', name])
    const id = stdout.trim()
    return id.startsWith('sha256:') ? id : `sha256:${id}`
  } catch (error) {
    // podman says it of names that it does not know, docker of those that are not there
    if (/no such|not known|not found/i.test(String((error as { stderr?: string }).stderr))) return undefined
    throw new EngineError(`${engine} can't be asked about the image ${name}: ${reasonOf(error)}`)
  }
}

/** Credentials go by a file and never by a command line. */
async function pull(engine: Engine, name: string, auth: string | undefined): Promise<void> {
  const limits = { maxBuffer: 64 * 1024 * 1024 }
  if (engine === 'podman') {
    await run('podman', ['pull', '--quiet', ...(auth ? ['--authfile', auth] : []), name], limits)
    return
  }
  if (!auth) {
    await run('docker', ['pull', '--quiet', name], limits)
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'reprise-auth-'))
  try {
    await copyFile(auth, join(folder, 'config.json'))
    await run('docker', ['--config', folder, 'pull', '--quiet', name], limits)
  } finally {
    await rm(folder, { recursive: true })
  }
}

import type { Database } from '../../database/index.ts'
import type { VolumeRow } from '../../database/schema.ts'
import { getVolume } from '../../database/volumes.ts'
import { LocalVolume } from './local.ts'
import { allowedFolder } from './local-paths.ts'
import { endpointOf } from './s3-endpoint.ts'
import { Secrets } from './secrets.ts'
import type { S3Service, Service } from './service.ts'
import { VolumeError, type VolumeStore } from './volume-store.ts'

/** What the operator decides about volumes. */
export interface VolumeSettings {
  /** folders that volumes of type `local` may lie in; none when not given */
  allowPaths?: string[] | undefined
  /** hosts that volumes of type `s3` may talk to (`host`, `host:port`, `*.domain`); any when not given */
  allowS3Endpoints?: string[] | undefined
  /** bytes that copies of inputs from volumes may take in the data folder */
  volumeCache?: number | undefined
}

type Stored = Pick<VolumeRow, 'id' | 'service' | 'secrets'>

/** The stores of all volumes: each is opened once, and again when its settings have changed. */
export class Volumes {
  readonly secrets: Secrets
  readonly #database: Database
  readonly #folder: string
  readonly #settings: VolumeSettings
  readonly #open = new Map<string, { settings: string; store: Promise<VolumeStore> }>()

  constructor(options: { database: Database; folder: string; settings?: VolumeSettings }) {
    this.#database = options.database
    this.#folder = options.folder
    this.#settings = options.settings ?? {}
    this.secrets = new Secrets(options.folder)
  }

  /** The store of a volume that files lie on. Rejects with VolumeError `inactive`, or `missing` when it was removed. */
  async active(id: string): Promise<VolumeStore> {
    const volume = await getVolume(this.#database.read, id)
    if (!volume) throw new VolumeError('missing', `there is no volume ${id} any more`)
    if (volume.active === 0) throw new VolumeError('inactive', `the volume ${id} is not active`)
    return await this.of(volume)
  }

  /** Rejects with VolumeError `out-of-reach` when the settings of volume or server don't lead anywhere. */
  async of(volume: Stored): Promise<VolumeStore> {
    const settings = JSON.stringify([volume.service, volume.secrets])
    const known = this.#open.get(volume.id)
    if (known?.settings === settings) return await known.store
    const store = this.#make(volume)
    this.#open.set(volume.id, { settings, store })
    // what the settings before had opened is not closed: downloads and exports may still use it
    store.catch(() => {
      if (this.#open.get(volume.id)?.store === store) this.#open.delete(volume.id)
    })
    return await store
  }

  /** Rejects with VolumeError when the operator does not allow the service. Connects to nothing. */
  async check(service: Service): Promise<void> {
    if (service.type === 'local') await this.#root(service.path)
    else endpointOf(service.endpoint, this.#settings.allowS3Endpoints)
  }

  async close(): Promise<void> {
    const opened = [...this.#open.values()]
    this.#open.clear()
    // one that never opened has nothing to close
    for (const { store } of opened) await store.then(known => known.close()).catch(() => undefined)
  }

  async #make(volume: Stored): Promise<VolumeStore> {
    const service: Service = JSON.parse(volume.service)
    if (service.type === 'local') return new LocalVolume(() => this.#root(service.path), service.prefix)
    return await this.#bucket(volume, service)
  }

  async #bucket({ id, secrets }: Stored, { endpoint, bucket, prefix, credentials }: S3Service): Promise<VolumeStore> {
    const where = endpointOf(endpoint, this.#settings.allowS3Endpoints)
    const { secret_access_key: secretAccessKey = '' } = secrets === null ? {} : await this.secrets.open(id, secrets)
    // a server without volumes never loads the client
    const { S3Volume } = await import('./s3.ts')
    const keys = { accessKeyId: credentials.access_key_id, secretAccessKey }
    return new S3Volume({ endpoint: where, bucket, prefix, credentials: keys })
  }

  #root(path: string): Promise<string> {
    return allowedFolder(path, { allowed: this.#settings.allowPaths ?? [], forbidden: this.#folder })
  }
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const run = promisify(execFile)
const TOOLS = process.env.CWL_TOOLS ?? resolve(import.meta.dirname, '../../../../../shared/tools')

/** A real S3 gateway (Ceph's) on a port of its own, started for one file of tests. */
export interface Gateway {
  endpoint: string
  credentials: { access_key_id: string; secret_access_key: string }
  client: S3Client
  /** Makes a bucket with these objects. */
  bucket(name: string, objects?: { [key: string]: string | Buffer }): Promise<string>
  stop(): Promise<void>
}

/** The gateway; or why it can't be had here. */
export async function startGateway(): Promise<Gateway | string> {
  if (!existsSync(join(TOOLS, 'radosgw-up.sh'))) return `no script that starts one at ${TOOLS}`
  if (process.getuid?.() !== 0) return 'only root may start one'
  for (const program of ['radosgw', 'ceph-mon', 'ceph-osd']) {
    const found = await run('sh', ['-c', `command -v ${program}`]).catch(() => undefined)
    if (!found) return `${program} is not installed (make objects)`
  }
  const folder = await mkdtemp(join(tmpdir(), 'reprise-gateway-'))
  const [port, monitor] = [await freePort(), await freePort()]
  const environment = { ...process.env, PORT: String(port), MONPORT: String(monitor) }
  const stop = async () => {
    await run('bash', [join(TOOLS, 'radosgw-down.sh'), folder])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await run('bash', [join(TOOLS, 'radosgw-up.sh'), folder], { env: environment })
  } catch (error) {
    await stop()
    return `it does not start: ${error instanceof Error ? error.message : error}`
  }
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'TESTKEY', secretAccessKey: 'testsecret' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return {
    endpoint,
    credentials: { access_key_id: 'TESTKEY', secret_access_key: 'testsecret' },
    client,
    async bucket(name, objects = {}) {
      await client.send(new CreateBucketCommand({ Bucket: name }))
      for (const [Key, Body] of Object.entries(objects)) {
        await client.send(
          new PutObjectCommand({ Bucket: name, Key, Body: Buffer.from(Body), ContentLength: Buffer.byteLength(Body) }),
        )
      }
      return name
    },
    async stop() {
      client.destroy()
      await stop()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise(done => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

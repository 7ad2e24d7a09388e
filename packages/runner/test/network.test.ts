import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { hasOwnNetwork, jobUser } from '../src/index.ts'
import { temporaryFolder } from './job.ts'

const run = promisify(execFile)
const hasSpaces = await run('ip', ['netns', 'list']).then(
  () => true,
  () => false,
)
const can = jobUser() !== undefined && hasOwnNetwork() && hasSpaces
if (!can) console.log('The test of a job’s network is skipped: it needs root, slirp4netns and ip (iproute2).')

/** Two machines on one wire, as network namespaces: where jobs run, and another one. */
async function twoMachines(): Promise<[here: string, there: string]> {
  const [here, there] = [`reprise-h${process.pid}`, `reprise-t${process.pid}`]
  onTestFinished(async () => {
    for (const name of [here, there]) await run('ip', ['netns', 'del', name]).catch(() => undefined)
  })
  const ip = (words: string) => run('ip', words.split(' '))
  for (const name of [here, there]) {
    await ip(`netns add ${name}`)
    await ip(`-n ${name} link set lo up`)
  }
  await ip(`-n ${here} link add wire type veth peer name wire netns ${there}`)
  for (const [name, address] of [
    [here, '10.77.0.1/24'],
    [there, '10.77.0.2/24'],
  ]) {
    await ip(`-n ${name} addr add ${address} dev wire`)
    await ip(`-n ${name} link set wire up`)
  }
  await ip(`-n ${here} route add default via 10.77.0.2`)
  return [here, there]
}

async function serve(space: string, address: string, text: string): Promise<void> {
  const script = `require('net').createServer(s => s.end(${JSON.stringify(text)})).listen(8642, ${JSON.stringify(address)}, () => console.log('up'))`
  const child = spawn('ip', ['netns', 'exec', space, process.execPath, '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  await once(child.stdout!, 'data')
}

test.runIf(can)(
  'a job that may use the network reaches the outside, and nothing of this machine’s own loopback',
  async () => {
    const [here, there] = await twoMachines()
    await serve(here, '127.0.0.1', 'loopback')
    await serve(there, '10.77.0.2', 'outside')
    const folder = await temporaryFolder()
    const ask = (address: string) =>
      `timeout 5 bash -c 'cat </dev/tcp/${address}/8642' 2>/dev/null || echo none from ${address}; echo`
    const line = ['10.77.0.2', '127.0.0.1', '10.0.2.2', '10.0.2.15'].map(ask).join('; ')
    for (const way of ['start', 'startAttached']) {
      const script = join(folder, `${way}.ts`)
      const index = join(import.meta.dirname, '../src/index.ts')
      const attempt = join(folder, way)
      await writeFile(
        script,
        `import { stage, start, startAttached, viewOf } from ${JSON.stringify(index)}
       const attempt = ${JSON.stringify(attempt)}
       const specification = { format: 1, path: 'main', argv: [${JSON.stringify(line)}], shell: true, environment: {}, stage: [],
         view: viewOf(attempt, 'sandbox'), isolation: 'sandbox', network: true, resources: { cores: 1, ram: 64 } }
       if (${way === 'start'}) { await stage(attempt, specification); await start(attempt).ended }
       else await startAttached(attempt, specification).ended`,
      )
      await run('ip', ['netns', 'exec', here, process.execPath, script])
      const said = (await readFile(join(attempt, 'stdout.log'), 'utf8')).split('\n').filter(Boolean)
      expect(said).toEqual(['outside', 'none from 127.0.0.1', 'none from 10.0.2.2', 'none from 10.0.2.15'])
    }
  },
  60_000,
)

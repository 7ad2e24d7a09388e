/** `make fuzz`: so many requests, with a seed, against a server of its own or the one that URL and TOKEN name. */
import { start } from '../start.ts'
import { fuzz } from './fuzz.ts'
import { populate } from './populate.ts'

const requests = Number(process.env.REQUESTS || 10_000)
const seed = Number(process.env.SEED || 1)
const { URL: given, TOKEN: token } = process.env
const own = given ? undefined : await start()
try {
  const began = performance.now()
  const others = own ? await populate(own) : {}
  const result = await fuzz({ url: given || own!.url, token: token || own!.token, requests, seed, ...others })
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  const { faults, statuses, called, succeeded, operations, slowest } = result
  for (const fault of faults.slice(0, 50)) console.log(fault)
  console.log(`${requests} requests with seed ${seed} in ${seconds} s, the slowest in ${Math.round(slowest)} ms`)
  console.log(
    `Answers: ${Object.entries(statuses)
      .map(([status, count]) => `${count} × ${status}`)
      .join(', ')}`,
  )
  console.log(`Operations: ${called.size} of ${operations} called, ${succeeded.size} succeeded`)
  const never = [...called].filter(id => !succeeded.has(id))
  if (never.length > 0) console.log(`Never succeeded: ${never.sort().join(', ')}`)
  console.log(`${faults.length} faults`)
  process.exitCode = faults.length > 0 ? 1 : 0
} finally {
  await own?.close()
}

import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { send, startApi } from '../support/api.ts'

test('what fails is in the log with its id and path, without tokens or signed queries', async () => {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  const log = pino({ level: 'trace' }, stream)
  const api = await startApi({}, {}, { log })
  const kim = await api.user('kim')
  const project = await kim.project('Log')
  const file = await kim.upload({ project }, 'a.txt', 'abc')
  const download = (await kim.get(`/files/${file}/download_info`)).body.url
  const upload = (await kim.post('/upload/multipart', { project, name: 'b', size: 1 })).body
  const part = (await kim.get(`${upload.href}/part/1`)).body.url
  await api.database.write(async tx => {
    await tx.schema.dropView('files').execute()
    await tx.schema.dropTable('uploads').execute()
  })
  const headers = { 'X-Request-Id': 'call-of-the-test', 'Idempotency-Key': 'secret-key' }
  expect((await kim.call(`/files/${file}?fields=id`, { headers })).status).toBe(500)
  expect((await send(download)).status).toBe(500)
  expect((await send(part, { method: 'PUT', raw: 'b' })).status).toBe(500)
  await send(`${api.base}/user`, { headers: { Authorization: `Bearer ${kim.token}x` } })
  await send(`${api.base}/%E0%A4%A?signature=abc`)
  await api.close()
  const lines = text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toContainEqual(
    expect.objectContaining({ id: 'call-of-the-test', call: 'files.get', path: `/v2/files/${file}`, user: 'kim' }),
  )
  expect(lines.map(({ call }) => call)).toEqual(expect.arrayContaining(['files.download', 'uploads.putPart']))
  const signatures = [download, part].map(url => new URL(url).searchParams.get('signature')!)
  for (const secret of [kim.token, ...signatures, 'signature=', 'secret-key']) expect(text).not.toContain(secret)
})

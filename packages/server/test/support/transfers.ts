import type { Client, Json } from './api.ts'

/** The job at its end. */
export async function ended(client: Client, href: string): Promise<Json> {
  for (;;) {
    const { body } = await client.get(href)
    if (body.state === 'COMPLETED' || body.state === 'FAILED') return body
  }
}

/** Starts an import, and waits for its end. */
export async function imported(client: Client, body: object): Promise<Json> {
  const answer = await client.post('/storage/imports', body)
  if (answer.status !== 201) throw new Error(answer.text)
  return await ended(client, answer.body.href)
}

/** Starts an export, and waits for its end. */
export async function exported(client: Client, body: object, query = ''): Promise<Json> {
  const answer = await client.post(`/storage/exports${query}`, body)
  if (answer.status !== 201) throw new Error(answer.text)
  return await ended(client, answer.body.href)
}

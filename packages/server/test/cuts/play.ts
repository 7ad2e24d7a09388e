/** One run of a scene, on a copy of the prepared world, with one cut or none. */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '../../src/database/open.ts'
import { ask } from '../support/postgres.ts'
import { CarefulClient } from './client.ts'
import { leftIn, sweep } from './left.ts'
import { type Rows, rowsOf } from './rows.ts'
import { type Points, Server } from './server.ts'
import { SCENES } from './world.ts'

export interface Place {
  /** holds `world` (a data folder that is prepared), `volume`, and a folder for each run */
  base: string
  /** address of a server of PostgreSQL, with the prepared database `world` */
  postgres?: ((database: string) => string) | undefined
}

export interface Played {
  deaths: number
  rows: Rows
  wrong: string[]
}

let runs = 0

/** @throws when a call is refused, or something never comes about */
export async function play(place: Place, scene: string, points: Points): Promise<Played> {
  const name = `run${process.pid}_${++runs}`
  const [data, volume] = [join(place.base, name), join(place.base, 'volume')]
  await fs.cp(join(place.base, 'world'), data, { recursive: true, preserveTimestamps: true })
  const url = place.postgres?.(name)
  if (url) await ask(place.postgres!('postgres'), `create database ${name} template world`)
  const server = new Server(
    {
      data,
      port: 0,
      isolation: 'none',
      volumes: { allowPaths: [volume] },
      limits: { 'ballast-bytes': 0 },
      ...(url ? { database: url } : {}),
    },
    points,
  )
  try {
    const token = (await fs.readFile(join(data, 'admin-token'), 'utf8')).trim()
    await SCENES[scene]!(new CarefulClient(() => server.url(), token, scene))
    await server.stop()
    const database = await openDatabase(data, { url })
    try {
      await sweep(database, data, volume)
      return { deaths: server.deaths, rows: await rowsOf(database, data), wrong: await leftIn(database, data) }
    } finally {
      await database.close()
    }
  } catch (error) {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : error}\n${server.errors}`)
  } finally {
    await server.end()
    await fs.rm(data, { recursive: true, force: true })
    if (url) await ask(place.postgres!('postgres'), `drop database ${name} with (force)`)
  }
}

/** Writes pairs of rows without end, several transactions at once, and prints the name of each pair once it is durable. */
import { writeSync } from 'node:fs'
import { openDatabase } from '../../src/database/open.ts'

const database = await openDatabase(process.argv[2] ?? '', { url: process.argv[3] })

async function write(writer: number): Promise<void> {
  for (let number = 0; ; number++) {
    const name = `${writer}-${number}`
    await database.write(async tx => {
      await tx
        .insertInto('settings')
        .values({ key: `${name}a`, value: '1' })
        .execute()
      await tx
        .insertInto('settings')
        .values({ key: `${name}b`, value: '1' })
        .execute()
    })
    writeSync(1, `${name}\n`)
  }
}

await Promise.all([1, 2, 3, 4].map(write))

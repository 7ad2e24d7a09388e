import { moveToPostgres } from '@reprise/server/move'

/** Moves the rows, a line for each table, and says what comes next. */
export async function move({ data, to }: { data: string; to: string }): Promise<void> {
  const isTerminal = process.stderr.isTTY
  const rows = await moveToPostgres(data, to, ({ table, moved, total }) => {
    if (isTerminal) process.stderr.write(`\r${table}: ${moved} of ${total} rows${moved === total ? '\n' : ''}`)
    else if (moved === total) console.error(`${table}: ${total} rows`)
  })
  console.log(`${rows} rows were moved and counted.`)
  console.log(
    `Start the server with them from now on: reprise serve --data ${data} --database ${to.replace(/:[^:@/]*@/, '@')}`,
  )
  console.log(
    `Its bytes stay in ${data}. The file reprise.sqlite there is as it was and is not used any more: keep it until all is well.`,
  )
}

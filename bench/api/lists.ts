import type { Server } from '../server.ts'
import { startServer } from '../server.ts'
import { type Line, percent } from './bars.ts'
import { fillFiles, fillTasks, type Place } from './fill.ts'
import { inTurns, quantile, type Target } from './load.ts'

const PROJECTS = 20
const ROUNDS = 5
const CALLS = 200

/** Lists among `many` tasks and files, beside the same ones among a hundredth of them. */
export async function lists(many: number): Promise<Line[]> {
  const few = await filled(many / 100)
  try {
    const large = await filled(many)
    try {
      return await measured(few, large, many)
    } finally {
      await large.server.stop()
    }
  } finally {
    await few.server.stop()
  }
}

interface Filled {
  server: Server
  places: Place[]
}

async function measured(few: Filled, large: Filled, many: number): Promise<Line[]> {
  // the middle one: of a quarter of all rows
  const paths = ({ places }: Filled) => {
    const { project } = places[1]!
    const files = `/v2/files?project=${encodeURIComponent(project)}&limit=50`
    return {
      tasks: `/v2/tasks?project=${encodeURIComponent(project)}&status=COMPLETED&limit=50&fields=_all`,
      sample: `${files}&metadata.sample_id=S5&metadata.experimental_strategy=RNA-Seq`,
      broad: `${files}&metadata.sample_type=${encodeURIComponent('Primary Tumor')}&metadata.experimental_strategy=RNA-Seq`,
    }
  }
  const times = async (name: keyof ReturnType<typeof paths>) => {
    const targets = [few, large].map(filled => targetOf(filled, paths(filled)[name]))
    return (await inTurns(targets, ROUNDS, CALLS, 1)).map(figures => quantile(figures.times, 0.5))
  }
  const [tasksFew, tasksMany] = (await times('tasks')) as [number, number]
  const [, sample] = (await times('sample')) as [number, number]
  const [, broad] = (await times('broad')) as [number, number]
  const ms = (time: number) => `${time.toFixed(2)} ms`
  const growth = tasksMany / tasksFew
  return [
    {
      what: `50 tasks by project and status, of ${many}`,
      figure: ms(tasksMany),
      bar: '10 ms at the median',
      met: tasksMany <= 10,
      note: 'full bodies, one at a time',
    },
    {
      what: 'the same, of a hundredth',
      figure: percent(growth),
      bar: 'within 120 % of it',
      met: growth <= 1.2,
      note: `${ms(tasksFew)} there`,
    },
    {
      what: `files by two metadata keys, of ${many}`,
      figure: ms(sample),
      bar: '20 ms at the median',
      met: sample <= 20,
      note: 'of one sample and strategy',
    },
    {
      what: 'files by two common metadata keys',
      figure: ms(broad),
      bar: '20 ms at the median',
      met: broad <= 20,
      note: 'of a type and strategy that every sixth file has',
    },
  ]
}

function targetOf({ server }: Filled, path: string): Target {
  return { url: server.url, pid: server.pid, token: server.token, call: connection => connection.call('GET', path) }
}

/** A server whose rows were there when it started. */
async function filled(count: number): Promise<Filled> {
  const made = await startServer([], { keep: true })
  const places: Place[] = []
  for (let number = 0; number < PROJECTS; number++) {
    const { id } = await made.call<{ id: string }>('POST', '/projects', { name: `bench ${number}` })
    const { root_folder } = await made.call<{ root_folder: string }>('GET', `/projects/${id}`)
    places.push({ project: id, folder: root_folder, app: `${id}/calling` })
  }
  await made.stop()
  fillTasks(made.data, places, count)
  fillFiles(made.data, places, count)
  return { server: await startServer([], { data: made.data }), places }
}

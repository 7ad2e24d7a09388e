import { type Fetcher, type Loaded, loadProcess, type Process } from '../src/index.ts'

/** A fetcher over texts by URI. */
export function textFetcher(texts: { [uri: string]: string }): Fetcher {
  return {
    async read(uri) {
      const text = texts[uri]
      if (text === undefined) throw new Error(`no such file: ${uri}`)
      return text
    },
    refuseDefault: () => undefined,
  }
}

/** Loads `main.cwl` out of texts by name. */
export function load(texts: { [name: string]: string }): Promise<Loaded> {
  const byUri = Object.fromEntries(Object.entries(texts).map(([name, text]) => [`test:///${name}`, text]))
  return loadProcess({ uri: 'test:///main.cwl', fetcher: textFetcher(byUri) })
}

/** The process of a text without problems. */
export async function processOf(text: string): Promise<Process> {
  const { process, problems } = await load({ 'main.cwl': text })
  if (!process) throw new Error(problems.map(problem => problem.message).join('\n'))
  return process
}

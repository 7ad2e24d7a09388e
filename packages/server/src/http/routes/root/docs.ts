import { readFile } from 'node:fs/promises'
import { ApiError } from '../../../errors.ts'
import { SENT } from '../../answers.ts'
import { route } from '../../route.ts'

/** The page may load and call this server and nothing else. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

const ASSETS: { [name: string]: string } = { 'page.js': 'text/javascript', 'page.css': 'text/css' }

const load = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

/** GET /docs: a page that browses the API. */
export const getDocs = route({
  call: 'docs.get',
  answer: 'page',
  async handle({ reply, base }) {
    const page = await load('page.html')
    reply.header('Content-Security-Policy', POLICY).type('text/html; charset=utf-8')
    reply.send(page.replaceAll('BASE', new URL(base).pathname))
    return SENT
  },
})

/** GET /docs/{asset}: its script and its style. */
export const getDocsAsset = route({
  call: 'docs.asset',
  answer: 'page',
  async handle({ path, reply }) {
    const type = Object.hasOwn(ASSETS, path.asset) ? ASSETS[path.asset] : undefined
    if (!type) throw new ApiError(90003)
    const text = await load(path.asset)
    reply.type(`${type}; charset=utf-8`).send(text)
    return SENT
  },
})

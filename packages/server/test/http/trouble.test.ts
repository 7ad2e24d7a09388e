import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { DatabaseError } from '../../src/database/errors.ts'
import { renderErrors } from '../../src/http/plugins/errors.ts'

const SQLITE_FULL = 13
const SQLITE_CORRUPT = 11

test.each([
  [SQLITE_FULL, 503, 0],
  [SQLITE_CORRUPT, 500, 90004],
])(
  'a database that fails with %i is answered with %i and code %i, without its own words',
  async (sqlite, status, code) => {
    const app = Fastify()
    renderErrors(app)
    app.get('/v2/user', () => {
      throw new DatabaseError('disk image /secret/place', sqlite)
    })
    const answer = await app.inject('/v2/user')
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ status, code })
    expect(answer.body).not.toContain('secret')
  },
)

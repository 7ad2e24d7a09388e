import { z } from 'zod'
import { href } from './answer.ts'
import { DIVISION_ROLES } from './teams.ts'

/** Clients reject anything but strings. */
export const user = z.strictObject({
  href,
  username: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  affiliation: z.string(),
  phone: z.string(),
  address: z.string(),
  city: z.string(),
  state: z.string(),
  country: z.string(),
  zip_code: z.string(),
})

export const divisionUser = user.extend({ role: z.enum(DIVISION_ROLES) })

import { z } from 'zod'
import { href } from './answer.ts'

/** Every key is a string, empty when there is nothing to say. */
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

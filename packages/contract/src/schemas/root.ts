import { z } from 'zod'
import { href } from './answer.ts'

/** The directory of paths. */
export const root = z.strictObject({
  rate_limit_url: href,
  user_url: href,
  users_url: href,
  billing_url: href,
  projects_url: href,
  files_url: href,
  tasks_url: href,
  apps_url: href,
  action_url: href,
  upload_url: href,
  storage_url: href,
  markers_url: href,
})

/** An OpenAPI 3.1 document. */
export const openApi = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.unknown()),
})

/** What a code means, and what the caller can do about it. */
export const errorExplained = z.strictObject({
  href,
  code: z.int(),
  status: z.int(),
  message: z.string(),
  cure: z.string(),
})

/** `reset` in epoch seconds; -1 is no limit. */
export const rateLimit = z.strictObject({
  rate: z.strictObject({ limit: z.int(), remaining: z.int(), reset: z.int() }),
  instance_limit: z.strictObject({ limit: z.int(), remaining: z.number() }),
})

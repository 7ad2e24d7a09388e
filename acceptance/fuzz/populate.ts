import type { Server } from '../start.ts'

/** Other users, and a division that the server's administrator is one of: these are made by the command only. */
export async function populate(server: Server): Promise<{ users: string[]; division: string }> {
  await server.addUser('lee')
  await server.command('division', 'add', 'lab', '--name', 'The lab')
  await server.command('division', 'member', 'lab', 'admin', '--role', 'admin')
  await server.command('division', 'member', 'lab', 'lee', '--role', 'member')
  return { users: ['lee'], division: 'lab' }
}

import { Command } from 'commander'
import { register } from '../../src/client/command.ts'

const program = new Command('reprise')
register(program)
await program.parseAsync()

import { Command, type Option } from 'commander'

/** What says no, where an option without a value is given by the environment. */
const OFF = /^(|0|no|false|off)$/i

/** Options whose variable is another one, by the habit of the ecosystem (`SB_…`), or which have none. */
const OTHERS = ['--url', '--token', '--profile', '--version', '--help']

/**
 * A command whose every option, and every option of its commands, can be given by the environment too: `--allow-network`
 * by `REPRISE_ALLOW_NETWORK`. An option without a value is off when its variable says `0`, `no`, `false`, `off` or nothing.
 */
export class EnvironmentCommand extends Command {
  override createCommand(name?: string): Command {
    return new EnvironmentCommand(name)
  }

  override addOption(option: Option): this {
    if (!option.long || OTHERS.includes(option.long)) return super.addOption(option)
    const variable = `REPRISE_${option.long.slice(2).replaceAll('-', '_').toUpperCase()}`
    const isSwitch = option.isBoolean() || option.negate
    if (isSwitch && OFF.test(process.env[variable] ?? 'unset')) delete process.env[variable]
    return super.addOption(option.env(variable))
  }
}

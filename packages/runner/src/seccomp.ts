/**
 * The sandbox's system-call filter: a classic BPF program (struct sock_filter[], see seccomp(2)) that lets everything
 * through but what a job could use to leave: new user namespaces, mounts, foreign namespaces, the kernel's key rings,
 * modules, and other interfaces with a long list of faults. `clone3` answers ENOSYS, since its flags lie in memory that a
 * filter can't read: the C library then falls back to `clone`.
 */
const LOAD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const JUMP_SET = 0x45
const RETURN = 0x06

const ALLOW = 0x7fff0000
const EPERM = 0x00050001
const ENOSYS = 0x00050026

const NUMBER_OFFSET = 0
const ARCHITECTURE_OFFSET = 4
const FIRST_ARGUMENT_OFFSET = 16
const CLONE_NEWUSER = 0x10000000
/** numbers from here on are the x32 interface of x86-64 */
const X32 = 0x40000000

interface Architecture {
  audit: number
  clone: number
  denied: number[]
}

/** io_uring_setup, open_tree, move_mount, fsopen, fsconfig, fsmount, mount_setattr: the same number everywhere. */
const COMMON = [425, 428, 429, 430, 431, 432, 442]
const CLONE3 = 435

/**
 * Denied, in this order: mount, umount2, pivot_root, unshare, setns, add_key, request_key, keyctl, bpf, perf_event_open,
 * userfaultfd, kexec_load, kexec_file_load, init_module, finit_module, delete_module, open_by_handle_at.
 */
const architectures: { [name: string]: Architecture } = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    denied: [165, 166, 155, 272, 308, 248, 249, 250, 321, 298, 323, 246, 320, 175, 313, 176, 304],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    denied: [40, 39, 41, 97, 268, 217, 218, 219, 280, 241, 282, 104, 294, 105, 273, 106, 265],
  },
}

/** The program for this machine's architecture; throws where there is none. */
export function filterProgram(name: string = process.arch): Buffer {
  const architecture = architectures[name]
  if (!architecture) throw new Error(`the sandbox has no system-call filter for ${name}`)
  const denied = [...architecture.denied, ...COMMON]
  const program: [code: number, ifTrue: number, ifFalse: number, value: number][] = [
    [LOAD, 0, 0, ARCHITECTURE_OFFSET],
    [JUMP_EQUAL, 1, 0, architecture.audit],
    [RETURN, 0, 0, ENOSYS],
    [LOAD, 0, 0, NUMBER_OFFSET],
    [JUMP_AT_LEAST, 0, 1, X32],
    [RETURN, 0, 0, ENOSYS],
    [JUMP_EQUAL, 0, 1, CLONE3],
    [RETURN, 0, 0, ENOSYS],
    [JUMP_EQUAL, 0, 3, architecture.clone],
    [LOAD, 0, 0, FIRST_ARGUMENT_OFFSET],
    [JUMP_SET, denied.length + 1, 0, CLONE_NEWUSER],
    [RETURN, 0, 0, ALLOW],
    ...denied.map((number, index): [number, number, number, number] => [JUMP_EQUAL, denied.length - index, 0, number]),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, EPERM],
  ]
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(value, index * 8 + 4)
  }
  return bytes
}

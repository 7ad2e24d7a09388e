/** A member's permissions on a project and all in it. */
export interface Rights {
  read: boolean
  copy: boolean
  write: boolean
  execute: boolean
  admin: boolean
}

/** Everybody's, on what is public. */
export const PUBLIC: Rights = { read: true, copy: true, write: false, execute: false, admin: false }

export const OWNER: Rights = { read: true, copy: true, write: true, execute: true, admin: true }

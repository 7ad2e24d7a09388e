/** What is wrong with a file's bytes: it is equivalent to nothing. */
export class Damaged extends Error {}

/** What goes beyond what a comparer keeps in memory. */
export class TooMuch extends Error {}

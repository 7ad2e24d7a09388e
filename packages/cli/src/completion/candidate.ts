/** One way to go on, and a word about it. */
export interface Candidate {
  text: string
  about?: string
}

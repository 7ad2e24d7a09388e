/** Sequences by name, in the order of the text, upper case. */
export type Genome = Map<string, string>

export function parseFasta(text: string): Genome {
  const records = text.split(/^>/m).filter(record => record.trim() !== '')
  return new Map(
    records.map(record => {
      const [title, ...lines] = record.split('\n')
      return [title!.split(/\s/)[0]!, lines.join('').toUpperCase()]
    }),
  )
}

export function formatFasta(genome: Genome): string {
  return [...genome].map(([name, sequence]) => `>${name}\n${sequence.replace(/.{1,70}/g, '$&\n')}`).join('')
}

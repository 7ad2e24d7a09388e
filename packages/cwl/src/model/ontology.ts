/**
 * Relations between formats out of the two ways in which ontologies are written, as far as formats need them: that one
 * class is a subclass of another or equal to it. Everything else in the files is passed over.
 */
export function readOntology(text: string, into: { [format: string]: string[] }): void {
  if (text.trimStart().startsWith('<')) readRdfXml(text, into)
  else readTurtle(text, into)
}

function relate(into: { [format: string]: string[] }, narrow: string, wide: string): void {
  into[narrow] ??= []
  if (!into[narrow].includes(wide)) into[narrow].push(wide)
}

function readRdfXml(text: string, into: { [format: string]: string[] }): void {
  for (const [, about = '', body = ''] of text.matchAll(
    /<owl:Class\s+rdf:about\s*=\s*"([^"]+)"\s*>([\s\S]*?)<\/owl:Class>/g,
  )) {
    for (const [, relation, target = ''] of body.matchAll(
      /<(rdfs:subClassOf|owl:equivalentClass)\s+rdf:resource\s*=\s*"([^"]+)"/g,
    )) {
      relate(into, about, target)
      if (relation === 'owl:equivalentClass') relate(into, target, about)
    }
  }
}

function readTurtle(text: string, into: { [format: string]: string[] }): void {
  const prefixes = new Map<string, string>()
  for (const [, prefix = '', uri = ''] of text.matchAll(/@prefix\s+([^:\s]*):\s*<([^>]*)>/g)) prefixes.set(prefix, uri)
  const expand = (term: string) => {
    if (term.startsWith('<')) return term.slice(1, -1)
    const colon = term.indexOf(':')
    return (prefixes.get(term.slice(0, colon)) ?? `${term.slice(0, colon)}:`) + term.slice(colon + 1)
  }
  const statement = /(<[^>]*>|[\w-]*:[\w-]+)\s+(rdfs:subClassOf|owl:equivalentClass)\s+(<[^>]*>|[\w-]*:[\w-]+)/g
  for (const [, subject = '', relation, object = ''] of text.matchAll(statement)) {
    relate(into, expand(subject), expand(object))
    if (relation === 'owl:equivalentClass') relate(into, expand(object), expand(subject))
  }
}

/** True when `format` is `wanted`, or narrower than it, or equal to it. */
export function isFormat(format: string, wanted: string, relations: { [format: string]: string[] } = {}): boolean {
  const seen = new Set<string>()
  const queue = [format]
  for (const candidate of queue) {
    if (candidate === wanted) return true
    if (seen.has(candidate)) continue
    seen.add(candidate)
    queue.push(...(Object.hasOwn(relations, candidate) ? relations[candidate]! : []))
  }
  return false
}

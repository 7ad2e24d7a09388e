/** Circles among names, each as the names that can reach each other (Tarjan's strongly connected components of two or more). */
export function circlesOf(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const visit = (name: string): void => {
    index.set(name, index.size)
    lowest.set(name, index.get(name)!)
    stack.push(name)
    onStack.add(name)
    for (const other of arrows.get(name) ?? []) {
      if (!index.has(other)) visit(other)
      if (onStack.has(other)) lowest.set(name, Math.min(lowest.get(name)!, lowest.get(other)!))
    }
    if (lowest.get(name) !== index.get(name)) return
    const circle = stack.splice(stack.indexOf(name))
    for (const other of circle) onStack.delete(other)
    if (circle.length > 1) found.push(circle.sort())
  }
  for (const name of arrows.keys()) if (!index.has(name)) visit(name)
  return found
}

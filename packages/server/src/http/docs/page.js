/**
 * The page that browses the API: it reads the OpenAPI document beside it, lists the calls by noun with their parameters and
 * schemas, and makes calls with the token that stands in the page. It is written in plain JavaScript and needs nothing else.
 */
const base = new URL('..', import.meta.url).href.replace(/\/$/, '')
const calls = document.getElementById('calls')
const token = document.getElementById('token')
const search = document.getElementById('search')

const api = await (await fetch(`${base}/openapi.json`)).json()

token.value = sessionStorage.getItem('token') ?? ''
token.addEventListener('input', () => sessionStorage.setItem('token', token.value))
search.addEventListener('input', show)
show()

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
  const nouns = new Map()
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const text = `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase()
      if (!words.every(word => text.includes(word))) continue
      const [noun] = operation.tags
      nouns.set(noun, [...(nouns.get(noun) ?? []), { path, method: method.toUpperCase(), operation }])
    }
  }
  calls.replaceChildren(...[...nouns].flatMap(([noun, list]) => [element('h2', noun), ...list.map(callOf)]))
}

function callOf({ path, method, operation }) {
  const details = element('details', { className: 'call', id: operation.operationId })
  const method_ = element('span', { className: 'method' }, method)
  details.append(element('summary', method_, element('code', path), ` ${operation.summary}`))
  details.addEventListener(
    'toggle',
    () => details.childElementCount === 1 && fill(details, { path, method, operation }),
  )
  return details
}

/** What is inside of a call is made when it is first opened. */
function fill(details, { path, method, operation }) {
  const parameters = operation.parameters.map(resolve)
  const inputs = new Map(
    parameters.map(parameter => [parameter, element('input', { placeholder: typeOf(parameter.schema) })]),
  )
  const content = resolve(operation.requestBody ?? {}).content
  const bodySchema = content?.['application/json']?.schema
  const body = element('textarea', {
    placeholder: 'body',
    value: bodySchema ? JSON.stringify(sample(bodySchema), null, 2) : '',
  })
  const result = element('div')
  const button = element('button', 'Call')
  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      result.replaceChildren(...(await call({ path, method, inputs, body: content && body.value })))
    } catch (error) {
      result.replaceChildren(element('pre', String(error)))
    }
    button.disabled = false
  })
  details.append(
    ...(parameters.length > 0 ? [element('h3', 'Parameters'), tableOf(inputs)] : []),
    ...(content ? [element('h3', 'Body'), body, schemaOf(bodySchema)] : []),
    element('p', button),
    result,
    element('h3', 'Answers'),
    element('table', ...Object.entries(operation.responses).map(answerRow)),
  )
}

function tableOf(inputs) {
  const rows = [...inputs].map(([parameter, input]) =>
    element(
      'tr',
      element('td', element('code', parameter.name), parameter.required ? ' *' : ''),
      element('td', parameter.in),
      element('td', input),
      element('td', { className: 'quiet' }, parameter.description ?? choices(parameter.schema)),
    ),
  )
  return element('table', ...rows)
}

function answerRow([status, given]) {
  const answer = resolve(given)
  const schema = answer.content?.['application/json']?.schema
  return element(
    'tr',
    element('th', status),
    element('td', answer.description, status < 300 && schema ? schemaOf(schema) : ''),
  )
}

function schemaOf(schema) {
  if (!schema) return ''
  const details = element('details', element('summary', { className: 'quiet' }, 'schema'))
  details.addEventListener('toggle', () => {
    if (details.childElementCount === 1) details.append(element('pre', JSON.stringify(expanded(schema), null, 2)))
  })
  return details
}

async function call({ path, method, inputs, body }) {
  const query = new URLSearchParams()
  const headers = {}
  let address = path
  for (const [parameter, { value }] of inputs) {
    if (value === '') continue
    if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, encodeURIComponent(value))
    else if (parameter.in === 'header') headers[parameter.name] = value
    else if (parameter.name === 'metadataFilters') for (const pair of value.split('&')) query.append(...pair.split('='))
    else
      for (const one of parameter.schema.type === 'array' ? value.split(',') : [value])
        query.append(parameter.name, one)
  }
  if (token.value) headers['X-SBG-Auth-Token'] = token.value
  if (body) headers['Content-Type'] = 'application/json'
  const url = `${base}${address}${query.size > 0 ? `?${query}` : ''}`
  const began = performance.now()
  const answer = await fetch(url, { method, headers, ...(body ? { body } : {}) })
  const text = await answer.text()
  const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  const line = `${method} ${url}\n${answer.status} in ${Math.round(performance.now() - began)} ms`
  return [element('pre', line), element('pre', head), element('pre', pretty(text))]
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** What a `$ref` leads to. */
function resolve(value) {
  if (typeof value?.$ref !== 'string') return value
  return value.$ref
    .split('/')
    .slice(1)
    .reduce((inner, key) => inner[key], api)
}

/** The schema with its references written out; one that contains itself stays a reference. */
function expanded(value, above = []) {
  if (Array.isArray(value)) return value.map(one => expanded(one, above))
  if (typeof value !== 'object' || value === null) return value
  if (typeof value.$ref === 'string')
    return above.includes(value.$ref) ? value : expanded(resolve(value), [...above, value.$ref])
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expanded(inner, above)]))
}

/** A body to begin with: every key of an object with an empty value of its type. */
function sample(given) {
  const schema = resolve(given)
  const [choice] = schema.anyOf ?? []
  if (choice) return sample(choice)
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, sample(inner)]))
  }
  return { array: [], integer: 0, number: 0, boolean: false, string: '' }[schema.type] ?? null
}

function typeOf(schema) {
  return schema.type === 'array' ? 'one, another' : String(schema.type ?? '')
}

function choices(schema) {
  return schema.enum ? schema.enum.join(', ') : ''
}

/** A node of the page; the first of `parts` may be its attributes. Texts are never read as HTML. */
function element(name, ...parts) {
  const node = document.createElement(name)
  const [first] = parts
  const hasAttributes = typeof first === 'object' && !(first instanceof Node)
  if (hasAttributes) Object.assign(node, first)
  node.append(...(hasAttributes ? parts.slice(1) : parts))
  return node
}

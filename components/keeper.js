// Copies what is typed into Streamlit's own text fields to localStorage, so that it outlives a
// reload and a session that ended. It only reads the fields; what it finds when a page opens goes
// back through Python, which fills the field the ordinary way.
//
// From the server: {owner, place, fields: {name: [labels]}, values: {name: text},
// pristine: {name: text the field begins with}, stamp: what the texts build on,
// forgotten: {place and name: mark}}. A mark not seen before lets go of a text, of any place.
// To the server (trigger "found"): {texts: {name: text}, stamp} typed earlier and not in the field;
// said again while a field stays empty.

// A page may have several of these, each with a shelf of its own.
const shared = (globalThis.tandemKeeper ??= { shelves: new Map(), asked: new Set(), seen: {} })

// The shelf of each mounted keeper: going from one draft to the next may change it in place.
const mounted = new WeakMap()

const STAMP = "built-on"
const MOST_TRIES = 5
const ANSWER_MS = 2000

function read(entry) {
  try {
    return localStorage.getItem(entry) || ""
  } catch {
    return ""
  }
}

function keep(entry, text) {
  try {
    if (text) localStorage.setItem(entry, text)
    else localStorage.removeItem(entry)
  } catch {
    // Storage is full or switched off: the text is still in the field.
  }
}

function note(field) {
  const label = field.getAttribute("aria-label")
  for (const [shelf, { names, stamp }] of shared.shelves) {
    const name = names.get(label)
    if (name === undefined) continue
    keep(shelf + name, field.value)
    if (stamp) keep(shelf + STAMP, stamp)
  }
}

const FIELDS = "textarea, input[type=text]"

// What somebody typed before this script was there. Only once a visit: later, a field on the page
// may still be that of another place.
function catchUp(shelf, values) {
  const { names } = shared.shelves.get(shelf)
  for (const field of document.querySelectorAll(FIELDS)) {
    const name = names.get(field.getAttribute("aria-label"))
    if (name === undefined || !field.value || field.value === values[name]) continue
    if (!read(shelf + name)) note(field)
  }
}

function listen() {
  shared.listening = true
  document.addEventListener("input", (event) => {
    if (event.target.matches?.(FIELDS)) note(event.target)
  }, true)
}

function close(shelf, root) {
  // Another keeper may have taken over the place.
  if (shared.shelves.get(shelf)?.root !== root) return
  shared.shelves.delete(shelf)
  shared.asked.delete(shelf)
}

// A text that is kept and was not put into its field, which nobody has touched.
function isMissing(shelf, name, text, pristine) {
  const names = shared.shelves.get(shelf)?.names
  const field = [...document.querySelectorAll(FIELDS)].find(
    (one) => names?.get(one.getAttribute("aria-label")) === name,
  )
  return field && (field.value || "") === (pristine[name] ?? "") && read(shelf + name) === text
}

// Where an editor saves in the same moment, the run that fills the field breaks off before it is
// drawn, and the browser never hears of it.
function tell(shelf, texts, { data, setTriggerValue }, tries = 1) {
  setTriggerValue("found", { texts, stamp: read(shelf + STAMP) })
  setTimeout(() => {
    const missing = Object.entries(texts).some(
      ([name, text]) => isMissing(shelf, name, text, data.pristine),
    )
    if (missing && tries < MOST_TRIES) tell(shelf, texts, { data, setTriggerValue }, tries + 1)
  }, ANSWER_MS)
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const { owner, pristine } = data
  const shelf = `${owner}${data.place}:`
  const before = mounted.get(parentElement)
  if (before !== undefined && before !== shelf) close(before, parentElement)
  mounted.set(parentElement, shelf)
  const labels = Object.entries(data.fields).flatMap(
    ([name, all]) => all.map((label) => [label, name]),
  )
  shared.shelves.set(shelf, { names: new Map(labels), stamp: data.stamp, root: parentElement })
  if (!shared.listening) {
    listen()
    catchUp(shelf, data.values)
  }
  for (const [name, mark] of Object.entries(data.forgotten)) {
    if (shared.seen[owner + name] !== mark) keep(owner + name, "")
    shared.seen[owner + name] = mark
  }
  // Once for each place and visit: afterwards the field is right.
  if (!shared.asked.has(shelf)) {
    shared.asked.add(shelf)
    const untouched = (name) => !data.values[name] || data.values[name] === pristine[name]
    const found = Object.keys(data.fields)
      .map((name) => [name, read(shelf + name)])
      .filter(([name, text]) => text && text !== data.values[name] && untouched(name))
    if (found.length) tell(shelf, Object.fromEntries(found), component)
  }
  // Streamlit lets go of it, and goes on with it, when two runs draw it in quick succession.
  return () => {
    setTimeout(() => {
      if (!parentElement.isConnected) close(shelf, parentElement)
    })
  }
}

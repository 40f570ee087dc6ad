// Copies what is typed into Streamlit's own text fields to localStorage, so that it outlives a
// reload and a session that ended. It only reads the fields; what it finds when a page opens goes
// back through Python, which fills the field the ordinary way.
//
// From the server: {shelf, fields: {name: [labels]}, values: {name: text}, cleared: {name: count},
// pristine: {name: text the field begins with}, stamp: what the texts build on}.
// To the server (trigger "found"): {texts: {name: text}, stamp} typed earlier and not in the field.

// A page may have several of these, each with a shelf of its own.
const shared = (globalThis.tandemKeeper ??= { shelves: new Map(), asked: new Set(), seen: {} })

const STAMP = "built-on"

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

function listen() {
  if (shared.listening) return
  shared.listening = true
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea, input[type=text]")) note(event.target)
  }, true)
}

export default function (component) {
  const { data, setTriggerValue } = component
  const { shelf, pristine } = data
  const labels = Object.entries(data.fields).flatMap(
    ([name, all]) => all.map((label) => [label, name]),
  )
  shared.shelves.set(shelf, { names: new Map(labels), stamp: data.stamp })
  listen()
  for (const [name, count] of Object.entries(data.cleared)) {
    const known = shared.seen[shelf + name] ?? 0
    if (count > known) keep(shelf + name, "")
    shared.seen[shelf + name] = count
  }
  // Once for each place and visit: afterwards the field is right.
  if (!shared.asked.has(shelf)) {
    shared.asked.add(shelf)
    const kept = Object.keys(data.fields).map((name) => [name, read(shelf + name)])
    const untouched = (name) => !data.values[name] || data.values[name] === pristine[name]
    const found = kept.filter(
      ([name, text]) => text && text !== data.values[name] && untouched(name),
    )
    if (found.length) {
      setTriggerValue("found", { texts: Object.fromEntries(found), stamp: read(shelf + STAMP) })
    }
  }
  return () => shared.shelves.delete(shelf)
}

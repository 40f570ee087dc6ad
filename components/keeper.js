// Copies what is typed into Streamlit's own text fields to localStorage, so that it outlives a
// reload and a session that ended. It only reads the fields; what it finds when a page opens goes
// back through Python, which fills the field the ordinary way.
//
// From the server: {shelf, fields: {name: [labels]}, values: {name: text}, cleared: {name: count}}.
// To the server (trigger "found"): {name: text} that was typed earlier and is not in the field.

const shared = (globalThis.tandemKeeper ??= { shelf: "", names: new Map(), asked: new Set(), seen: {} })

function entry(name) {
  return shared.shelf + name
}

function read(name) {
  try {
    return localStorage.getItem(entry(name)) || ""
  } catch {
    return ""
  }
}

function keep(name, text) {
  try {
    if (text) localStorage.setItem(entry(name), text)
    else localStorage.removeItem(entry(name))
  } catch {
    // Storage is full or switched off: the text is still in the field.
  }
}

function listen() {
  if (shared.listening) return
  shared.listening = true
  document.addEventListener("input", (event) => {
    const name = event.target.tagName === "TEXTAREA"
      ? shared.names.get(event.target.getAttribute("aria-label"))
      : undefined
    if (name) keep(name, event.target.value)
  }, true)
}

export default function (component) {
  const { data, setTriggerValue } = component
  shared.shelf = data.shelf
  shared.names = new Map(
    Object.entries(data.fields).flatMap(([name, labels]) => labels.map((label) => [label, name])),
  )
  listen()
  for (const [name, count] of Object.entries(data.cleared)) {
    const known = shared.seen[entry(name)] ?? 0
    if (count > known) keep(name, "")
    shared.seen[entry(name)] = count
  }
  // Once for each place and visit: afterwards the field is right.
  if (!shared.asked.has(data.shelf)) {
    shared.asked.add(data.shelf)
    const kept = Object.keys(data.fields).map((name) => [name, read(name)])
    const found = kept.filter(([name, text]) => text && !data.values[name])
    if (found.length) setTriggerValue("found", Object.fromEntries(found))
  }
  return () => shared.names.clear()
}

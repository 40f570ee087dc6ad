// The elements of one field. Labels and hints are filled in with each run.

function make(tag, className, id) {
  const element = document.createElement(tag)
  element.className = className
  if (id) element.id = id
  return element
}

function buildField(name, kind) {
  const frame = make("div", "field " + kind)
  frame.dataset.part = name
  const label = make("label", "label")
  label.htmlFor = "part-" + name
  const hint = make("span", "hint", "hint-" + name)
  const area = make(kind === "long" ? "textarea" : "input", "area", label.htmlFor)
  if (kind === "long") area.rows = 4
  else area.type = "text"
  area.dir = "auto"
  area.spellcheck = kind === "long" || kind === "line"
  area.autocomplete = "off"
  if (kind === "address") area.inputMode = "url"
  if (kind === "address" || kind === "tags") area.autocapitalize = "off"
  area.setAttribute("aria-describedby", `${hint.id} count-${name} notes-${name}`)
  const paper = make("div", "paper")
  const under = make("div", "under")
  const sheet = make("div", "sheet")
  under.setAttribute("aria-hidden", "true")
  sheet.dir = "auto"
  under.append(sheet)
  paper.append(under, area)
  const foot = make("div", "foot")
  const status = make("span", "status", "status-" + name)
  const counter = make("span", "count", "count-" + name)
  foot.append(status, counter)
  const heard = make("span", "aside")
  heard.setAttribute("role", "status")
  const notes = buildNotes(name)
  frame.append(label, hint, paper, foot, heard, notes.noted, notes.care, notes.notes)
  return { frame, label, hint, area, under, sheet, status, counter, heard, ...notes }
}

// Below a field: what the checker says, the smaller ideas folded away.
function buildNotes(name) {
  const notes = make("div", "notes")
  const head = make("p", "notes-head", "notes-" + name)
  const chief = make("ul", "note-list")
  const more = make("details", "more")
  const less = make("ul", "note-list")
  const rest = make("ul", "note-list")
  const care = make("button", "care")
  care.type = "button"
  care.textContent = "Are you all right? There is help, just below the fields."
  care.hidden = true
  const noted = make("span", "aside")
  noted.setAttribute("role", "status")
  notes.hidden = true
  more.append(make("summary", ""), less)
  notes.append(head, chief, more, rest)
  return { notes, head, chief, more, less, rest, care, noted }
}

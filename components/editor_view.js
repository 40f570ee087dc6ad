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
  area.setAttribute("aria-describedby", `${hint.id} count-${name}`)
  const foot = make("div", "foot")
  const status = make("span", "status", "status-" + name)
  const counter = make("span", "count", "count-" + name)
  foot.append(status, counter)
  const heard = make("span", "aside")
  heard.setAttribute("role", "status")
  frame.append(label, hint, area, foot, heard)
  return { frame, label, hint, area, status, counter, heard }
}

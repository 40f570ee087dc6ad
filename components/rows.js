// Draws the entries as text nodes. Nothing that came as data ever becomes markup.

function draw([text, look, whose, icon, colour]) {
  const part = document.createElement(whose ? "bdi" : look === "strong" ? "strong" : "span")
  if (look === "badge") part.className = "badge " + colour
  if (look === "strong" && whose) part.className = "strong"
  if (icon) part.append(symbol(icon))
  part.append(text)
  return part
}

function symbol(name) {
  const sign = document.createElement("span")
  sign.className = "symbol"
  sign.textContent = name
  sign.setAttribute("aria-hidden", "true")
  sign.translate = false
  return sign
}

function line(className, parts) {
  const element = document.createElement("div")
  element.className = className
  element.append(...parts.map(draw))
  return element
}

function way(row, number, titleId) {
  const link = document.createElement("a")
  link.href = row.href
  link.dataset.number = number
  link.setAttribute("aria-describedby", titleId)
  link.append(symbol("arrow_forward"), row.action)
  return link
}

function entry(row, number) {
  const box = document.createElement("li")
  const words = document.createElement("div")
  words.className = "words"
  const title = line("title", row.title)
  title.id = "title-" + number
  words.append(title, ...row.lines.map((parts) => line("line", parts)))
  box.append(words, way(row, number, title.id))
  return box
}

function text(tag, content) {
  const element = document.createElement(tag)
  element.textContent = content
  return element
}

// Entries are numbered through all groups.
function section(group, first) {
  const part = document.createElement("section")
  if (group.headed) part.append(text("h2", group.title))
  if (group.hint) part.append(text("p", group.hint))
  const list = document.createElement("ul")
  list.setAttribute("role", "list")
  list.setAttribute("aria-label", group.title)
  list.append(...group.rows.map((row, place) => entry(row, first + place)))
  part.append(list)
  return part
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector("#groups")
  root.onclick = (event) => {
    const link = event.target.closest("a")
    // With a key held down or another button the browser opens a tab or a window by itself.
    const own = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button
    if (!link || own) return
    event.preventDefault()
    setTriggerValue("open", Number(link.dataset.number))
  }
  if (root.shown === data) return
  root.shown = data
  let first = 0
  root.replaceChildren(...JSON.parse(data).map((group) => {
    const part = section(group, first)
    first += group.rows.length
    return part
  }))
}

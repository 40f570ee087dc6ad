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

function text(tag, content) {
  const element = document.createElement(tag)
  element.textContent = content
  return element
}

function link(label, href) {
  const element = document.createElement("a")
  element.href = href
  element.append(symbol("arrow_forward"), label)
  return element
}

// A link that is no entry: its address tells which.
function way([label, href]) {
  const element = link(label, href)
  element.dataset.name = "way"
  element.dataset.id = href
  return element
}

// A page on the web opens beside this one.
function outside(address) {
  const element = link("Open the post", address)
  element.replaceChildren(symbol("open_in_new"), "Open the post")
  element.target = "_blank"
  element.rel = "noopener noreferrer"
  return element
}

function button([name, label, icon]) {
  const element = document.createElement("button")
  element.type = "button"
  element.dataset.name = name
  element.append(symbol(icon), label)
  return element
}

// A box to tick, in a label as large as a thumb.
function tick(row, titleId) {
  const label = document.createElement("label")
  const box = document.createElement("input")
  box.type = "checkbox"
  box.value = row.id
  box.setAttribute("aria-labelledby", titleId)
  label.append(box)
  return label
}

function entry(row, number) {
  const box = document.createElement("li")
  box.dataset.id = row.id
  const words = document.createElement("div")
  words.className = "words"
  const title = line("title", row.title)
  title.id = "title-" + number
  words.append(title, ...row.lines.map((parts) => line("line", parts)))
  const ways = document.createElement("div")
  ways.className = "ways"
  ways.append(...row.buttons.map(button))
  if (row.outside) ways.append(outside(row.outside))
  if (row.action) ways.append(link(row.action, row.href))
  for (const way of ways.children) way.setAttribute("aria-describedby", title.id)
  if (row.choose) box.append(tick(row, title.id))
  box.append(words)
  if (ways.children.length) box.append(ways)
  return box
}

// Entries are numbered through all groups.
function section(group, first) {
  const part = document.createElement("section")
  if (group.headed) part.append(text("h2", group.title))
  if (group.hint) part.append(text("p", group.hint))
  const list = document.createElement("ul")
  list.classList.toggle("compact", group.compact)
  list.setAttribute("role", "list")
  list.setAttribute("aria-label", group.title)
  list.append(...group.rows.map((row, place) => entry(row, first + place)))
  part.append(list)
  const below = document.createElement("div")
  below.className = "below"
  below.dataset.id = group.title
  below.append(...group.more.map(way))
  if (group.button) below.append(button(group.button))
  if (below.children.length) part.append(below)
  return part
}

// Other views of the list, each with how many entries it has.
function tab([label, href, count, isCurrent]) {
  const element = way([label, href])
  element.replaceChildren(label)
  if (count !== null) element.append(" ", text("span", count.toLocaleString("en")))
  if (isCurrent) element.setAttribute("aria-current", "page")
  return element
}

function strip({ title, tabs }) {
  const part = document.createElement("nav")
  part.setAttribute("aria-label", title)
  part.append(...tabs.map(tab))
  return part
}

// Above all entries: how many are ticked, and what to do with them.
function bar(choose) {
  const part = document.createElement("div")
  part.className = "bar"
  const label = document.createElement("label")
  const all = document.createElement("input")
  all.type = "checkbox"
  all.id = "all"
  label.append(all, "Choose all")
  const count = text("span", "")
  count.setAttribute("role", "status")
  const act = button(choose)
  act.id = "chosen"
  part.append(label, count, act)
  return part
}

function boxes(root) {
  return [...root.querySelectorAll("li input")]
}

function ticked(root) {
  return boxes(root).filter((box) => box.checked).map((box) => box.value)
}

function count(root) {
  const act = root.querySelector("#chosen")
  if (!act) return
  const [many, of] = [ticked(root).length, boxes(root).length]
  act.disabled = many === 0
  root.querySelector("[role=status]").textContent = many ? `${many} chosen` : "None chosen"
  const all = root.querySelector("#all")
  all.checked = many > 0 && many === of
  all.indeterminate = many > 0 && many < of
}

// Where the keyboard is, in words that hold when the list was drawn anew.
function find(root) {
  const at = root.getRootNode().activeElement
  if (!at || !root.contains(at)) return ""
  if (at.id) return "#" + at.id
  const place = at.closest("[data-id]")
  const what = at.dataset.name ? `[data-name="${at.dataset.name}"]` : at.localName
  return place ? `[data-id="${CSS.escape(place.dataset.id)}"] ${what}` : ""
}

function fill(root, data) {
  const at = find(root)
  const place = at.split(" ")[0]
  let first = 0
  const { groups, strips, choose, choosing } = JSON.parse(data)
  const before = new Set(root.choosing === choosing ? ticked(root) : [])
  root.choosing = choosing
  root.replaceChildren(...groups.map((group) => {
    const part = section(group, first)
    first += group.rows.length
    return part
  }))
  if (choose && groups.length) root.prepend(bar(choose))
  root.prepend(...strips.map(strip))
  for (const box of boxes(root)) box.checked = before.has(box.value)
  count(root)
  if (!at) return
  // The button may be gone because it did its work: then the entry's link is next.
  const next = root.querySelector(at) || root.querySelector(`${place} a`)
  next?.focus()
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector("#groups")
  root.onclick = (event) => {
    const what = event.target.closest("a, button")
    if (!what) return
    // With a key held down or another button the browser opens a tab or a window by itself.
    const own = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button
    if (what.localName === "a" && (own || what.target)) return
    event.preventDefault()
    const ids = what.id === "chosen" ? ticked(root) : [what.closest("[data-id]").dataset.id]
    setTriggerValue("press", { name: what.dataset.name || "open", ids })
  }
  root.onchange = (event) => {
    if (event.target.id === "all") {
      for (const box of boxes(root)) box.checked = event.target.checked
    }
    count(root)
  }
  if (root.shown === data) return
  root.shown = data
  fill(root, data)
}

// Draws columns or days as text nodes. Nothing that came as data ever becomes markup.

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

function text(tag, content, className) {
  const element = document.createElement(tag)
  element.textContent = content
  if (className) element.className = className
  return element
}

function symbol(name) {
  const sign = text("span", name, "symbol")
  sign.setAttribute("aria-hidden", "true")
  sign.translate = false
  return sign
}

function words([content, look, whose, icon, colour]) {
  const part = document.createElement(whose ? "bdi" : look === "strong" ? "strong" : "span")
  if (look === "badge") part.className = "badge " + colour
  if (icon) part.append(symbol(icon))
  part.append(content)
  return part
}

function card(data, number) {
  const box = document.createElement("li")
  box.className = "card"
  const link = document.createElement("a")
  link.href = data.href
  link.dataset.card = number
  link.append(...data.title.map(words))
  const facts = document.createElement("div")
  facts.className = "facts"
  facts.append(...data.facts.map(words))
  box.append(link, facts)
  return box
}

function list(cards, label) {
  const element = document.createElement("ul")
  element.setAttribute("role", "list")
  element.setAttribute("aria-label", label)
  element.append(...cards)
  return element
}

function heading(data) {
  const title = document.createElement("h2")
  if (data.short) {
    title.append(text("span", data.title, "long"), text("span", data.short, "short"))
    title.lastChild.setAttribute("aria-hidden", "true")
  } else {
    title.append(data.title)
  }
  if (data.count) title.append(" ", text("span", data.count, "count"))
  return title
}

function more(data, number) {
  if (!data.href) return text("p", data.more, "more")
  const link = text("a", data.more, "more")
  link.href = data.href
  link.dataset.part = number
  return link
}

function section(data, number, first) {
  const part = document.createElement("section")
  part.className = data.cards.length || data.more ? "part" : "part empty"
  if (data.column) part.style.gridColumnStart = data.column
  if (data.now) part.setAttribute("aria-current", "date")
  part.append(heading(data))
  const cards = data.cards.map((one, place) => card(one, first + place))
  if (cards.length) part.append(list(cards.slice(0, data.open), data.title))
  if (cards.length > data.open) {
    const rest = document.createElement("details")
    rest.append(text("summary", `${cards.length - data.open} more`))
    rest.append(list(cards.slice(data.open), `More on ${data.title}`))
    part.append(rest)
  }
  if (data.more) part.append(more(data, number))
  return part
}

function weekdays() {
  return WEEKDAYS.map((day) => {
    const element = text("div", day.slice(0, 3), "weekday")
    element.setAttribute("aria-hidden", "true")
    return element
  })
}

function fill(root, data) {
  let first = 0
  const parts = data.parts.map((one, number) => {
    const part = section(one, number, first)
    first += one.cards.length
    return part
  })
  root.className = data.layout
  root.setAttribute("role", "region")
  root.setAttribute("aria-label", data.label)
  root.replaceChildren(...(data.layout === "month" ? weekdays() : []), ...parts)
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector("#sheet")
  root.onclick = (event) => {
    const link = event.target.closest("a")
    // With a key held down or another button the browser opens a tab or a window by itself.
    const own = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button
    if (!link || own) return
    event.preventDefault()
    if (link.dataset.card) setTriggerValue("open", Number(link.dataset.card))
    else setTriggerValue("list", Number(link.dataset.part))
  }
  if (root.shown === data) return
  root.shown = data
  fill(root, JSON.parse(data))
}

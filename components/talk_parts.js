// Small parts of the talk's elements. What came as data only ever becomes text nodes.

function make(tag, className, ...parts) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...parts)
  return element
}

function symbol(name) {
  const sign = make("span", "symbol", name)
  sign.setAttribute("aria-hidden", "true")
  sign.translate = false
  return sign
}

function button(className, icon, label, press) {
  const element = make("button", className, ...(icon ? [symbol(icon)] : []), label)
  element.type = "button"
  element.onclick = press
  return element
}

// Somebody's name or text, which may run the other way than the words around it.
function typed(text) {
  return make("bdi", "", text)
}

function heard(text) {
  return make("span", "aside", text)
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

// Puts `wanted` into `list` in order, without moving what the person is in: a field that is taken
// out and put back loses its caret.
function arrange(list, wanted, focused) {
  const keep = new Set(wanted)
  for (const child of [...list.children]) if (!keep.has(child)) child.remove()
  const fixed = wanted.findIndex((one) => focused && one.contains(focused))
  if (fixed >= 0 && wanted[fixed].parentNode === list) {
    const still = wanted[fixed]
    place(list, wanted.slice(0, fixed), list.firstChild, still)
    place(list, wanted.slice(fixed + 1), still.nextSibling, null)
  } else {
    place(list, wanted, list.firstChild, null)
  }
}

function place(list, wanted, first, end) {
  let at = first
  for (const one of wanted) {
    if (one === at) at = at.nextSibling
    else list.insertBefore(one, at ?? end)
  }
}

// Exact words for the first hour, as components/format.py has them; the server's from then on.
function ago(said) {
  const seconds = Date.now() / 1000 - said.at
  if (seconds < 60) return "just now"
  if (seconds >= 3600) return said.when
  const minutes = Math.floor(seconds / 60)
  return minutes === 1 ? "1 minute ago" : minutes + " minutes ago"
}

function timeOf(said) {
  const element = make("time", "", ago(said))
  const at = new Date(said.at * 1000)
  element.dateTime = at.toISOString()
  element.title = at.toLocaleString([], { dateStyle: "long", timeStyle: "short" })
  element.said = said
  return element
}

// Who said what, when, about which version and to whom.
function sayingOf(item) {
  const head = make("div", "head", make("strong", "", typed(item.who)))
  if (item.roles) head.append(make("span", "", ", " + item.roles))
  head.append(make("span", "quiet", " · ", timeOf(item), item.about ? " · " + item.about : ""))
  const box = make("li", "said", head)
  box.id = "said-" + item.id
  const isNew = make("span", "badge new", "New")
  isNew.hidden = !item.new
  head.append(" ", isNew)
  if (item.to?.length) {
    const to = make("div", "to", symbol("alternate_email"), heard("To "))
    item.to.forEach((name, number) => to.append(number ? ", " : "", typed(name)))
    box.append(to)
  }
  const body = make("div", "body", item.body)
  body.dir = "auto"
  box.append(body)
  return box
}

// The part of the page that scrolls, for browsers that do not keep their place by themselves.
function findScroller(element) {
  for (let at = element; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at
  }
  return document.scrollingElement
}

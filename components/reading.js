// Fills the block with text nodes. Nothing that came as data ever becomes markup.

const WORDS = {
  added: ["added: ", " end of what was added. "],
  removed: ["removed: ", " end of what was removed. "],
}

function aside(text) {
  const span = document.createElement("span")
  span.className = "aside"
  span.textContent = text
  return span
}

function mark(name) {
  const span = document.createElement("span")
  span.className = "mark"
  span.textContent = name
  span.title = "An invisible character: " + name
  return span
}

function wrap(kind) {
  const element = document.createElement(kind === "added" ? "ins" : "del")
  element.append(aside(WORDS[kind][0]))
  return element
}

export default function (component) {
  const { data, parentElement } = component
  const post = parentElement.querySelector("#post")
  const state = JSON.stringify(data)
  if (post.dataset.shown === String(state.length) && post.shown === state) return
  post.shown = state
  post.dataset.shown = String(state.length)
  post.setAttribute("aria-label", data.label)
  post.dir = "auto"

  const parts = []
  let kind = "same"
  let target = null
  const close = () => {
    if (target) target.append(aside(WORDS[kind][1]))
    target = null
  }
  for (const [next, text, name] of data.pieces) {
    if (next !== kind) close()
    kind = next
    if (kind !== "same" && !target) {
      target = wrap(kind)
      parts.push(target)
    }
    const node = name ? mark(name) : document.createTextNode(text)
    if (target) target.append(node)
    else parts.push(node)
  }
  close()
  post.replaceChildren(...parts)
}

// Copies exactly the text that came as data. Nothing of it becomes markup.

async function write(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return writeTheOldWay(text)
  }
}

// Without https there is no clipboard object; browsers still copy what is selected in a field.
function writeTheOldWay(text) {
  const before = document.activeElement
  const field = document.createElement("textarea")
  field.value = text
  field.setAttribute("aria-hidden", "true")
  field.style.cssText = "position: fixed; top: 0; left: 0; opacity: 0"
  document.body.append(field)
  field.select()
  let done = false
  try {
    done = document.execCommand("copy")
  } catch {
    done = false
  }
  field.remove()
  before?.focus?.()
  return done
}

export default function (component) {
  const { data, parentElement } = component
  const list = parentElement.querySelector("#copies")
  const told = parentElement.querySelector("#told")
  const byHand = parentElement.querySelector("#by-hand")
  const state = JSON.stringify(data)
  if (list.shown === state) return
  list.shown = state
  told.textContent = ""
  byHand.hidden = true

  const copy = async (what, text) => {
    told.textContent = ""
    if (await write(text)) {
      byHand.hidden = true
      told.textContent = `Copied: ${what}.`
      return
    }
    byHand.value = text
    byHand.hidden = false
    byHand.focus()
    byHand.select()
    told.textContent = "This browser does not let pages copy. The text is selected: copy it by hand."
  }

  list.replaceChildren(...data.copies.map(([what, text]) => {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = `Copy ${what}`
    button.addEventListener("click", () => copy(what, text))
    return button
  }))
}

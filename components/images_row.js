// One image of a draft being written: its picture, the words that describe it, and what has become of
// them. Comes after editor_shelf.js and editor_words.js, and before images.js.

const MOST_KNOWN = 20

let unique = 0

function element(tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

function button(text, name, onClick) {
  const made = element("button", "", text)
  made.type = "button"
  made.setAttribute("aria-label", name)
  made.addEventListener("click", onClick)
  return made
}

function picture(id, width) {
  const frame = element("div", "frame")
  const image = element("img")
  image.alt = ""
  image.loading = "lazy"
  image.addEventListener("error", () => {
    frame.replaceChildren(element("p", "broken", "This image cannot be shown right now."))
  })
  image.src = `images/${id}?w=${width}`
  frame.append(image)
  return frame
}

class Row {
  constructor(list, id) {
    this.list = list
    this.id = id
    // The words that those here build on, and fingerprints of what was sent since.
    this.base = ""
    this.own = []
    this.sent = null
    this.page = ""
    this.adopted = 0
    this.isNew = true
    this.isBack = false
    const name = `alt-${++unique}`
    this.frame = element("li", "image")
    this.label = element("label")
    this.label.htmlFor = name
    this.area = element("textarea")
    this.area.id = name
    this.area.rows = 2
    this.area.dir = "auto"
    this.area.spellcheck = true
    this.note = element("p", "note")
    this.note.id = `${name}-note`
    this.area.setAttribute("aria-describedby", this.note.id)
    this.area.addEventListener("input", () => list.onInput(this))
    this.area.addEventListener("blur", () => list.flush())
    this.buttons = element("div", "buttons")
    this.up = button("Up", "", () => list.move(this, -1))
    this.down = button("Down", "", () => list.move(this, 1))
    this.out = button("Remove", "", () => list.remove(this))
    this.buttons.append(this.up, this.down, this.out)
    const words = element("div", "words")
    words.append(this.label, this.area, this.note, this.buttons)
    this.frame.append(picture(id, list.data.width), words)
  }

  get alt() {
    return clean(this.area.value)
  }

  get isDirty() {
    return this.alt !== this.base || this.isUnsure
  }

  // What went back to how it was saved is not, while other words are on their way.
  get isUnsure() {
    return this.own.length > 0 && !this.list.isAnswered
  }

  // Nothing to send until the person has chosen between two descriptions, or types on.
  get isWaiting() {
    return this.isAtOdds && this.alt === this.sent
  }

  get isUnheard() {
    return this.isDirty && !this.isWaiting && this.alt !== this.page
  }

  get known() {
    return [fingerprint(this.base), ...this.own]
  }

  // `page` are the words as the page has them, `saved` as the database does.
  take({ page, saved, isAtOdds, adopted }) {
    this.page = page
    this.isAtOdds = isAtOdds
    if (this.isNew) {
      this.isNew = false
      this.area.value = page
      this.base = saved
    } else if (adopted > this.adopted) {
      this.putAsTyped(saved)
    }
    this.adopted = adopted
    if (this.alt === saved) {
      this.base = saved
      if (this.list.isAnswered) Object.assign(this, { own: [], isBack: false })
    } else if (this.own.includes(fingerprint(saved))) {
      this.base = saved
    } else if (!this.isDirty) {
      this.area.value = saved
      this.base = saved
      this.own = []
    }
  }

  // So that undo brings back what stood there.
  putAsTyped(text) {
    this.base = text
    this.isPutting = true
    this.area.focus()
    this.area.select()
    const done = document.execCommand(text ? "insertText" : "delete", false, text)
    if (!done) this.area.value = text
    this.isPutting = false
  }

  // What to tell the server; words that are saved as they are go without saying. Those of an image
  // that was put back do not: taken out, it has none there.
  tell(isListed) {
    if (isListed && !this.isDirty && !this.isBack) return { id: this.id, alt: null, known: [] }
    this.sent = this.alt
    const print = fingerprint(this.alt)
    this.own = [...this.own.filter((one) => one !== print), print].slice(1 - MOST_KNOWN)
    return { id: this.id, alt: this.alt, known: this.known }
  }

  show(place, count, data) {
    this.label.textContent = `Description of image ${place}`
    this.area.maxLength = data.longest
    this.up.setAttribute("aria-label", `Move image ${place} up`)
    this.down.setAttribute("aria-label", `Move image ${place} down`)
    this.out.setAttribute("aria-label", `Remove image ${place}`)
    this.up.hidden = this.down.hidden = count === 1
    this.up.disabled = place === 1
    this.down.disabled = place === count
    this.count(data)
  }

  count({ limit, limitName }) {
    const characters = [...this.alt].length
    const number = (n) => n.toLocaleString("en")
    let line = `${number(characters)} ${characters === 1 ? "character" : "characters"}`
    const isMissing = !this.alt.trim()
    const isOver = Boolean(limit) && characters > limit
    if (isMissing) line = "Needs a description before it can be sent for review."
    else if (isOver) line += `: ${number(characters - limit)} over ${limitName}'s ${number(limit)}`
    else if (limit) line += ` of ${number(limit)} on ${limitName}`
    if (this.note.textContent !== line) this.note.textContent = line
    this.note.dataset.kind = isMissing || isOver ? "open" : "fine"
  }
}

// Streamlit's field for files calls itself presentational and can be focused all the same. As a group
// it is one thing to a screen reader. A new field comes with every upload.
function mendDropzones(root) {
  const host = root.getRootNode().host ?? root
  const part = host.closest('[class*="st-key-draft_images_part"]')
  if (!part) return null
  const mend = () => {
    for (const zone of part.querySelectorAll('section[role="presentation"]')) {
      zone.setAttribute("role", "group")
    }
  }
  mend()
  const observer = new MutationObserver(mend)
  observer.observe(part, { childList: true, subtree: true })
  return observer
}

// The images of a draft being written: descriptions, order, taking out and putting back.
//
// To the server (state "images"): {page, seq, images, known, base}. `images` is the whole list as it
// is here, ids with descriptions; `known` are all images that this window knows of, so that one
// uploaded meanwhile is not lost; `base` is the list that this one was changed from.
// From the server (data): `images` as the page has them, `saved` as the database has them, `spare`
// that are in neither, `heard` the last message acted on. Comes after editor_shelf.js.

const PAUSE_MS = 800
const RETRY_MS = 8000

const SAYS = {
  saved: "Saved",
  saving: "Saving",
  kept: "Not saved yet: kept in this browser",
  lost: "Not saved yet, and this browser cannot keep it: please stay on this page",
  back: "Brought back what was not saved yet",
}

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

// -- one image -------------------------------------------------------------------------------

class Row {
  constructor(list, id) {
    this.list = list
    this.id = id
    this.base = ""
    this.sent = null
    this.offer = ""
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
    this.offered = element("div", "offered")
    this.buttons = element("div", "buttons")
    this.up = button("Up", "", () => list.move(this, -1))
    this.down = button("Down", "", () => list.move(this, 1))
    this.out = button("Remove", "", () => list.remove(this))
    this.buttons.append(this.up, this.down, this.out)
    const words = element("div", "words")
    words.append(this.label, this.area, this.note, this.offered, this.buttons)
    this.frame.append(picture(id, list.data.width), words)
  }

  get alt() {
    return this.area.value
  }

  // The server's words, unless somebody has typed others since.
  take(alt, isAnswered) {
    const isOurs = this.alt !== this.base && !(isAnswered && this.alt === this.sent)
    this.base = alt
    if (!isOurs && this.alt !== alt) this.area.value = alt
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

  // Words from an earlier visit that do not fit what another window has saved since.
  showOffer(words) {
    if (this.offer === words) return
    this.offer = words
    this.offered.replaceChildren()
    if (!words) return
    const use = button("Use this", "Use this description", () => {
      this.area.value = words
      this.showOffer("")
      this.list.onInput(this)
      this.area.focus()
    })
    const drop = button("Forget it", "Forget it: the description that was not saved", () => {
      this.showOffer("")
      this.list.forget(this.id)
      this.area.focus()
    })
    const said = element("p", "", `Written here before and not saved: “${words}”`)
    this.offered.append(said, use, drop)
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

// -- the list --------------------------------------------------------------------------------

class ImageList {
  constructor(root) {
    this.rows = new Map()
    this.order = []
    this.seq = 0
    this.base = []
    this.timers = {}
    this.failures = 0
    this.list = element("ol", "list")
    this.hint = element("p", "hint")
    this.hint.textContent =
      "Describe each image in a sentence or two, for people who do not see it. Reviewers read it too."
    this.undo = element("div", "undo")
    this.spare = element("details", "spare")
    this.status = element("p", "status")
    this.heard = element("p", "aside")
    this.heard.setAttribute("role", "status")
    this.box = root.querySelector(".images")
    this.box.replaceChildren(
      this.hint, this.list, this.undo, this.spare, this.status, this.heard,
    )
    this.mending = mendDropzones(root)
    this.listeners = new AbortController()
    const options = { signal: this.listeners.signal }
    document.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(root)) this.flush()
    }, { ...options, capture: true })
    document.addEventListener("visibilitychange", () => this.flush(), options)
    addEventListener("pagehide", () => this.flush(), options)
    addEventListener("online", () => this.flush(), options)
  }

  get shelf() {
    return `tandem:images:${this.data.profile}:${this.data.draft}`
  }

  update({ data, setStateValue }) {
    const isFirst = !this.data
    this.data = data
    this.emit = setStateValue
    if (shared.token === undefined) shared.token = findToken()
    const [page, seq] = data.heard
    const isAnswered = !this.seq || (page === shared.page && seq >= this.seq)
    if (isAnswered) {
      this.order = data.images.map((image) => image.id)
      this.base = data.images
      this.failures = 0
    } else {
      const known = new Set([...this.order, ...(this.gone ?? [])])
      this.order.push(...data.images.map((image) => image.id).filter((id) => !known.has(id)))
    }
    for (const { id, alt } of data.images) this.rowOf(id).take(alt, isAnswered)
    if (isFirst) this.restore()
    this.draw()
    this.settle()
  }

  rowOf(id) {
    if (!this.rows.has(id)) this.rows.set(id, new Row(this, id))
    return this.rows.get(id)
  }

  // -- what the person does ------------------------------------------------------------------

  onInput(row) {
    row.isTyped = true
    this.keep(row)
    row.count(this.data)
    this.isBack = false
    clearTimeout(this.timers.pause)
    this.timers.pause = setTimeout(() => this.send(), PAUSE_MS)
    this.show()
  }

  move(row, by) {
    const from = this.order.indexOf(row.id)
    this.order.splice(from, 1)
    this.order.splice(from + by, 0, row.id)
    this.draw()
    const wanted = by < 0 ? row.up : row.down
    ;(wanted.disabled ? (by < 0 ? row.down : row.up) : wanted).focus()
    this.say(`Moved to place ${from + by + 1} of ${this.order.length}`)
    this.send()
  }

  remove(row) {
    const place = this.order.indexOf(row.id)
    this.order.splice(place, 1)
    this.gone = [...(this.gone ?? []), row.id]
    this.draw()
    const back = button("Undo", `Undo: put image ${place + 1} back`, () =>
      this.putBack(row.id, place),
    )
    this.undo.replaceChildren(element("span", "", `Image ${place + 1} was removed.`), back)
    back.focus()
    this.say(`Image ${place + 1} was removed`)
    this.send()
  }

  putBack(id, place) {
    if (this.order.includes(id) || this.order.length >= this.data.most) return
    const row = this.rowOf(id)
    this.order.splice(Math.min(place, this.order.length), 0, id)
    this.gone = (this.gone ?? []).filter((one) => one !== id)
    this.undo.replaceChildren()
    this.draw()
    row.area.focus()
    this.say("The image is back")
    this.send()
  }

  // -- sending -------------------------------------------------------------------------------

  get isSaved() {
    const saved = Object.keys(this.data.saved)
    return (
      saved.length === this.order.length &&
      this.order.every((id, n) => saved[n] === id && this.data.saved[id] === this.rowOf(id).alt)
    )
  }

  get hasNews() {
    const list = this.order.map((id) => ({ id, alt: this.rowOf(id).alt }))
    return JSON.stringify(list) !== JSON.stringify(this.base)
  }

  flush() {
    if (!this.data || !this.timers.pause) return
    clearTimeout(this.timers.pause)
    this.send()
  }

  send() {
    this.timers.pause = 0
    if (!this.data || this.isSaved) return
    shared.seq += 1
    this.seq = shared.seq
    const images = this.order.map((id) => ({ id, alt: this.rowOf(id).alt }))
    for (const id of this.order) this.rowOf(id).sent = this.rowOf(id).alt
    const known = [...this.rows.keys()]
    this.emit("images", { page: shared.page, seq: this.seq, images, known, base: this.base })
    clearTimeout(this.timers.retry)
    this.timers.retry = setTimeout(() => {
      this.failures += 1
      this.send()
    }, RETRY_MS)
    this.show()
  }

  // What the database has need not be kept any longer.
  settle() {
    const kept = this.readKept()
    for (const [id, row] of this.rows) {
      const saved = this.data.saved[id]
      if (row.alt === saved && !row.offer && (!row.isTyped || kept[id]?.alt === saved)) {
        row.isTyped = false
        this.forget(id)
      } else if (row.isTyped && id in kept && kept[id].alt !== row.alt) {
        // Another window's words came in place of what was typed here.
        row.isTyped = false
        row.showOffer(kept[id].alt)
      }
    }
    if (this.isSaved) {
      clearTimeout(this.timers.retry)
      this.failures = 0
      this.isBack = false
    } else if (!this.timers.pause && this.hasNews) {
      this.timers.pause = setTimeout(() => this.send(), PAUSE_MS)
    }
    this.show()
  }

  // -- what the browser keeps ----------------------------------------------------------------

  readKept() {
    try {
      return JSON.parse(readEntry(this.shelf)?.text ?? "{}")
    } catch {
      return {}
    }
  }

  writeKept(kept) {
    if (!Object.keys(kept).length) dropEntry(this.shelf)
    else if (isTokenGone()) return
    else this.cannotKeep = !writeEntry(this.shelf, { text: JSON.stringify(kept), at: Date.now() })
  }

  keep(row) {
    const base = this.data.saved[row.id] ?? ""
    this.writeKept({ ...this.readKept(), [row.id]: { alt: row.alt, base } })
  }

  forget(id) {
    const kept = this.readKept()
    if (!(id in kept)) return
    delete kept[id]
    this.writeKept(kept)
  }

  // After a reload: words that were typed and never saved.
  restore() {
    for (const [id, { alt, base }] of Object.entries(this.readKept())) {
      if (!this.order.includes(id) || typeof alt !== "string") continue
      const row = this.rowOf(id)
      const saved = this.data.saved[id] ?? ""
      if (alt === saved) this.forget(id)
      else if (saved === base) {
        row.area.value = alt
        row.isTyped = true
        this.isBack = true
      } else row.showOffer(alt)
    }
  }

  // -- what is seen and heard ----------------------------------------------------------------

  draw() {
    const count = this.order.length
    this.hint.hidden = !count
    let last = null
    for (const [n, id] of this.order.entries()) {
      const row = this.rowOf(id)
      const next = last ? last.nextSibling : this.list.firstChild
      if (next !== row.frame) this.list.insertBefore(row.frame, next)
      last = row.frame
      row.show(n + 1, count, this.data)
    }
    const here = new Set(this.order)
    for (const [id, row] of this.rows) if (!here.has(id)) row.frame.remove()
    this.drawSpare(here)
  }

  drawSpare(here) {
    const ids = [...new Set([...this.data.spare, ...(this.gone ?? [])])].filter((id) => !here.has(id))
    const state = ids.join()
    this.spare.hidden = !ids.length
    if (this.spare.dataset.shown === state) return
    this.spare.dataset.shown = state
    const words = `Removed images (${ids.length})`
    const items = ids.map((id, n) => {
      const item = element("div", "image")
      const name = `Put back removed image ${n + 1}`
      const back = button("Put back", name, () => this.putBack(id, this.order.length))
      item.append(picture(id, this.data.width), back)
      return item
    })
    this.spare.replaceChildren(element("summary", "", words), ...items)
  }

  describe() {
    if (this.isSaved) return "saved"
    if (this.cannotKeep) return "lost"
    if (this.isBack) return "back"
    return this.failures ? "kept" : "saving"
  }

  show() {
    const kind = this.describe()
    this.status.hidden = !this.order.length && kind === "saved"
    if (this.status.textContent !== SAYS[kind]) this.status.textContent = SAYS[kind]
    this.status.dataset.kind = kind
    if (kind === "kept" || kind === "lost" || kind === "back") this.say(SAYS[kind])
  }

  say(words) {
    if (this.heard.textContent !== words) this.heard.textContent = words
  }

  close() {
    this.listeners.abort()
    this.mending?.disconnect()
    Object.values(this.timers).forEach(clearTimeout)
  }
}

const lists = new WeakMap()

// Streamlit may let go of a component and take it up again with the same markup: then the list stays,
// with the words and the cursor in it.
export default function (component) {
  const root = component.parentElement
  if (lists.get(root)?.box !== root.querySelector(".images")) {
    lists.get(root)?.close()
    lists.set(root, new ImageList(root))
  }
  lists.get(root).update(component)
  return () => {
    setTimeout(() => {
      if (root.isConnected) return
      lists.get(root)?.close()
      lists.delete(root)
    })
  }
}

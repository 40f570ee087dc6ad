// The images of a draft being written: descriptions, order, taking out and putting back.
//
// To the server (state "images"): {page, seq, images, known, base, moved}. `images` is the whole list
// as it is here: ids, a description where it is not the saved one, and `known`, fingerprints of the
// words it was written on and of those sent since. The other `known` are all images that this window
// knows of, so that one uploaded meanwhile is not lost; `base` is the list that this one was changed
// from, and `moved` whether other images, or another order, were wanted since the last answer.
// From the server (data): `images` as the page has them, `saved` as the database has them, `spare`
// that are in neither, `heard` the last message acted on, `odds` that another window described
// differently until the person chooses, `adopted` how often they chose the other window's words.
// Comes after images_row.js.

const PAUSE_MS = 800
const RETRY_MS = 8000

const SAYS = {
  saved: "Saved",
  saving: "Saving",
  kept: "Not saved yet: kept in this browser",
  lost: "Not saved yet, and this browser cannot keep it: please stay on this page",
  back: "Brought back what was not saved yet",
  odds: "Described differently in another window: choose which words to go on with",
}

// Descriptions by image, with what each builds on, as `ImageList.keep` left them.
function readWords(entry) {
  try {
    return JSON.parse(entry.text)
  } catch {
    return {}
  }
}

class ImageList {
  constructor(box, root) {
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
    box.replaceChildren(
      this.hint, this.list, this.undo, this.spare, this.status, this.heard,
    )
    this.mending = mendDropzones(root)
    this.listeners = new AbortController()
    const options = { signal: this.listeners.signal }
    document.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(root)) this.flush()
    }, { ...options, capture: true })
    document.addEventListener("visibilitychange", () => this.flush(), options)
    addEventListener("pagehide", () => this.leave(), options)
    addEventListener("online", () => this.flush(), options)
  }

  get shelves() {
    return `tandem:images:${this.data.profile}:${this.data.draft}:`
  }

  get shelf() {
    return this.shelves + shared.page
  }

  update({ data, setStateValue }) {
    const isFirst = !this.data
    this.data = data
    this.emit = setStateValue
    if (shared.token === undefined) shared.token = findToken()
    if (this.isAnswered) {
      this.order = data.images.map((image) => image.id)
      this.base = [...this.order]
      this.moved = false
      this.failures = 0
    } else {
      const known = new Set([...this.order, ...(this.gone ?? [])])
      this.order.push(...data.images.map((image) => image.id).filter((id) => !known.has(id)))
    }
    for (const { id, alt } of data.images) {
      const isAtOdds = data.odds.includes(id)
      const [saved, adopted] = [data.saved[id] ?? "", data.adopted[id] ?? 0]
      this.rowOf(id).take({ page: alt, saved, isAtOdds, adopted })
    }
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
    if (row.isPutting) return
    this.keep()
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
    row.isNew = false
    row.isBack = true
    this.order.splice(Math.min(place, this.order.length), 0, id)
    this.gone = (this.gone ?? []).filter((one) => one !== id)
    this.undo.replaceChildren()
    this.draw()
    row.area.focus()
    this.say("The image is back")
    this.send()
  }

  // -- sending -------------------------------------------------------------------------------

  // Whether the server has acted on the last that was sent.
  get isAnswered() {
    const [page, seq] = this.data.heard
    return !this.seq || (page === shared.page && seq >= this.seq)
  }

  // What went back to how it was saved is not, while a message on its way says otherwise.
  get isSaved() {
    const saved = Object.keys(this.data.saved)
    return (
      this.isAnswered &&
      saved.length === this.order.length &&
      this.order.every((id, n) => saved[n] === id && this.data.saved[id] === this.rowOf(id).alt)
    )
  }

  get hasNews() {
    return (
      this.order.join() !== this.base.join() || this.order.some((id) => this.rowOf(id).isUnheard)
    )
  }

  // Whether all that is not saved waits for the person to choose.
  get isWaiting() {
    return (
      this.order.join() === this.base.join() &&
      this.order.some((id) => this.rowOf(id).isWaiting) &&
      !this.order.some((id) => this.rowOf(id).isDirty && !this.rowOf(id).isWaiting)
    )
  }

  flush() {
    if (!this.data || !this.timers.pause) return
    clearTimeout(this.timers.pause)
    this.send()
  }

  send() {
    this.timers.pause = 0
    if (!this.data || this.isSaved || this.isWaiting) return
    const listed = new Set(this.base)
    const images = this.order.map((id) => this.rowOf(id).tell(listed.has(id)))
    shared.seq += 1
    this.seq = shared.seq
    this.moved ||= this.order.join() !== this.base.join()
    const { seq, base, moved } = this
    const known = [...this.rows.keys()]
    this.keep()
    this.emit("images", { page: shared.page, seq, images, known, base, moved })
    clearTimeout(this.timers.retry)
    this.timers.retry = setTimeout(() => {
      this.failures += 1
      this.send()
    }, RETRY_MS)
    this.show()
  }

  settle() {
    // What the database has need not be kept any longer.
    this.keep()
    if (this.isSaved || this.isWaiting) {
      clearTimeout(this.timers.retry)
      this.failures = 0
      this.isBack = false
    } else if (!this.timers.pause && this.hasNews) {
      this.timers.pause = setTimeout(() => this.send(), PAUSE_MS)
    }
    this.show()
  }

  // -- what the browser keeps ----------------------------------------------------------------

  keep(isLeft = false) {
    const dirty = [...this.rows.values()].filter((row) => row.isDirty)
    if (!dirty.length) {
      dropEntry(this.shelf)
      return
    }
    if (isTokenGone()) return
    const words = dirty.map(({ id, alt, base, own }) => [id, { alt, base, own }])
    const text = JSON.stringify(Object.fromEntries(words))
    this.cannotKeep = !writeEntry(this.shelf, { text, at: Date.now(), left: isLeft })
  }

  leave() {
    this.flush()
    this.keep(true)
  }

  // After a reload: words that were typed and never saved, here or in windows that are gone.
  async restore() {
    const { shelf, shelves } = this
    holdLock(shelf)
    const found = listNames()
      .filter((name) => name.startsWith(shelves))
      .map((name) => [name, readEntry(name)])
      .sort((one, other) => other[1]?.at - one[1]?.at)
    for (const [name, entry] of found) {
      if (!entry || (name !== shelf && !(await isLeft(name, entry)))) continue
      const left = this.bringBack(readWords(entry))
      if (name !== shelf && !left.length) dropEntry(name)
    }
    if (!this.isBack) return
    this.draw()
    this.settle()
  }

  // The words that have no place now: of an image that was taken out, or typed over since.
  bringBack(words) {
    const left = []
    for (const [id, { alt, base, own }] of Object.entries(words)) {
      const row = this.rows.get(id)
      if (typeof alt !== "string" || row?.alt === alt) continue
      if (!row || !this.order.includes(id) || row.isDirty) {
        left.push(id)
        continue
      }
      row.area.value = alt
      Object.assign(row, { base: base ?? "", own: own ?? [] })
      if (row.own.includes(fingerprint(this.data.saved[id] ?? ""))) row.base = this.data.saved[id]
      this.isBack = true
    }
    return left
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
    if (this.isWaiting) return "odds"
    if (this.isBack) return "back"
    return this.failures ? "kept" : "saving"
  }

  show() {
    const kind = this.describe()
    this.status.hidden = !this.order.length && kind === "saved"
    if (this.status.textContent !== SAYS[kind]) this.status.textContent = SAYS[kind]
    this.status.dataset.kind = kind
    if (kind !== "saved" && kind !== "saving") this.say(SAYS[kind])
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

export default function (component) {
  return mount(component, ".images", (box, root) => new ImageList(box, root))
}

// The text of a draft as it is written. Sends after a pause, keeps what the server has not
// acknowledged in localStorage, and never takes a word away from the person typing.
//
// To the server (state "draft"): {page, seq, text, base, own}. `base` is the revision the text
// builds on; `own` are fingerprints of texts that were sent and not heard of again.
// From the server (data): text and revision of the draft, `ack` or `refusal` of a message, and
// `adopt`, the number of the last time the person chose the server's text over this one.
// A draft that takes no more text is `closed`: then nothing is drawn, and what was kept and never
// saved is reported once. `dropped` are texts that may be forgotten, as draft and fingerprint.

const PAUSE_MS = 800
const LONGEST_WAIT_MS = 4000
const ANSWER_MS = 8000
const RETRY_MS = [2000, 4000, 8000, 15000, 30000]
const SLOW_MS = 3000

const WORDS = {
  saving: "Saving",
  kept: "Not saved yet: kept in this browser",
  lost: "Not saved yet, and this browser cannot keep it: please stay on this page",
  back: "Brought back what was not saved yet",
}

// -- one editor ----------------------------------------------------------------------------

class Editor {
  constructor(root) {
    this.frame = root.querySelector(".editor")
    this.area = root.querySelector("textarea")
    this.label = root.querySelector("label")
    this.status = root.querySelector("#status")
    this.counter = root.querySelector("#count")
    this.heard = root.querySelector("#heard")
    this.fresh = true
    this.saved = ""
    this.base = 0
    this.own = []
    this.sent = new Map()
    this.flight = null
    this.refused = null
    this.firstUnsent = 0
    this.failures = 0
    this.timers = {}
    this.listeners = new AbortController()
    this.listen(root)
  }

  listen(root) {
    const options = { signal: this.listeners.signal }
    const capture = { signal: this.listeners.signal, capture: true }
    this.area.addEventListener("input", () => this.onInput(), options)
    this.area.addEventListener("blur", () => this.flush(), options)
    this.area.addEventListener("keydown", (event) => this.onKey(event), options)
    // A tap on a button does not blur the field everywhere.
    document.addEventListener("pointerdown", (event) => this.onPress(event, root), capture)
    document.addEventListener("visibilitychange", () => this.flush(), options)
    addEventListener("pagehide", () => this.leave(), options)
    addEventListener("online", () => this.flush(), options)
  }

  get text() {
    return clean(this.area.value)
  }

  get isDirty() {
    return this.text !== this.saved
  }

  get shelf() {
    return shelfName(this.data) + shared.page
  }

  // Called with every run of the page's script.
  update({ data, setStateValue }) {
    this.data = data
    this.emit = setStateValue
    this.frame.hidden = data.closed
    if (shared.token === undefined) shared.token = findToken()
    this.forgetDropped()
    if (data.closed) {
      this.reportLeft()
      return
    }
    this.label.textContent = data.label
    this.area.placeholder = data.placeholder
    this.area.setAttribute("aria-describedby", "count hint")
    if (this.fresh) this.open()
    this.obey()
    this.hearAnswer()
    this.followServer()
    this.count()
    this.show()
  }

  open() {
    this.fresh = false
    this.put(this.data.text)
    this.saved = this.data.text
    this.base = this.data.revision
    shared.adopted.has(this.data.draft) || shared.adopted.set(this.data.draft, this.data.adopt)
    const mine = readEntry(this.shelf)
    if (mine) this.restore(this.shelf, mine)
    holdLock(this.shelf)
    this.adoptLeft()
  }

  // What this person and draft have kept in this browser, newest first.
  listEntries() {
    const prefix = shelfName(this.data)
    return listNames()
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name, readEntry(name)])
      .filter(([, entry]) => entry)
      .sort((one, other) => other[1].at - one[1].at)
  }

  forgetDropped() {
    for (const dropped of this.data.dropped) {
      const [draft, mark] = dropped.split(":")
      const prefix = "tandem:" + this.data.profile + ":" + draft + ":"
      for (const name of listNames()) {
        const entry = name.startsWith(prefix) && readEntry(name)
        if (entry && fingerprint(entry.text) === mark) dropEntry(name)
      }
    }
  }

  async reportLeft() {
    for (const [name, entry] of this.listEntries()) {
      if (entry.text === this.data.text) dropEntry(name)
      else if (name === this.shelf || (await isLeft(name, entry))) {
        if (this.reported === entry.text) return
        this.reported = entry.text
        shared.seq += 1
        const { text, base, own } = entry
        this.emit("draft", { page: shared.page, seq: shared.seq, text, base, own })
        return
      }
    }
  }

  // Text of windows that are gone; one at a time, or they would bury each other.
  async adoptLeft() {
    for (const [name, entry] of this.listEntries()) {
      if (name === this.shelf) continue
      if (this.isDirty) return
      if (await isLeft(name, entry)) {
        if (this.isDirty) return
        this.restore(name, entry)
      }
    }
  }

  restore(name, entry) {
    if (entry.text === this.saved) {
      dropEntry(name)
      return
    }
    this.put(entry.text)
    this.base = entry.base
    this.own = entry.own ?? []
    this.keep()
    if (name !== this.shelf) dropEntry(name)
    this.hasReturned = true
    this.say(WORDS.back)
    this.count()
    this.send()
  }

  onInput() {
    this.hasReturned = false
    this.keep()
    this.count()
    this.firstUnsent ||= Date.now()
    clearTimeout(this.timers.pause)
    const left = Math.max(0, this.firstUnsent + LONGEST_WAIT_MS - Date.now())
    this.timers.pause = setTimeout(() => this.send(), Math.min(PAUSE_MS, left))
    this.show()
  }

  onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault()
      this.flush()
    }
  }

  onPress(event, root) {
    if (!event.composedPath().includes(root)) this.flush()
  }

  flush() {
    if (this.fresh) return
    clearTimeout(this.timers.pause)
    if (this.flight?.text === this.text) return
    this.flight = null
    this.send()
  }

  // One message at a time: a newer text waits for the answer to the last one.
  send() {
    if (!this.isDirty || this.flight || this.refused === this.text) {
      this.show()
      return
    }
    const text = this.text
    shared.seq += 1
    this.firstUnsent = 0
    this.flight = { seq: shared.seq, text }
    this.sent.set(shared.seq, text)
    this.own = [...this.own.slice(-19), fingerprint(text)]
    this.keep()
    const message = { page: shared.page, seq: shared.seq, text, base: this.base, own: this.own }
    this.emit("draft", message)
    clearTimeout(this.timers.answer)
    this.timers.answer = setTimeout(() => this.fail(), ANSWER_MS)
    clearTimeout(this.timers.slow)
    this.timers.slow = setTimeout(() => this.show(), SLOW_MS)
    this.show()
  }

  // No answer, or none that helps: try again, less and less often.
  fail() {
    this.flight = null
    clearTimeout(this.timers.answer)
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]
    this.failures += 1
    clearTimeout(this.timers.retry)
    this.timers.retry = setTimeout(() => this.send(), wait)
    this.show()
  }

  // The person chose the server's text. Put in as if typed, so that undo brings theirs back.
  obey() {
    if (this.data.adopt <= (shared.adopted.get(this.data.draft) ?? 0)) return
    shared.adopted.set(this.data.draft, this.data.adopt)
    this.area.focus()
    this.area.select()
    this.isPutting = true
    if (!document.execCommand("insertText", false, this.data.text)) this.put(this.data.text)
    this.isPutting = false
    this.flight = null
    this.failures = 0
    this.sent.clear()
    this.settleOn(this.data.text, this.data.revision)
  }

  hearAnswer() {
    const { ack, refusal } = this.data
    if (ack && ack.page === shared.page && this.sent.has(ack.seq)) {
      const text = this.sent.get(ack.seq)
      for (const seq of this.sent.keys()) if (seq <= ack.seq) this.sent.delete(seq)
      this.failures = 0
      this.settleOn(text, ack.revision)
      if (this.isDirty) this.waitThenSend()
    } else if (refusal && refusal.page === shared.page && this.sent.has(refusal.seq)) {
      const text = this.sent.get(refusal.seq)
      this.sent.delete(refusal.seq)
      if (refusal.again) {
        if (!this.flight || this.flight.seq === refusal.seq) this.fail()
      } else {
        if (this.flight?.seq === refusal.seq) this.flight = null
        clearTimeout(this.timers.answer)
        this.refused = text
        if (this.isDirty && this.text !== text) this.waitThenSend()
      }
    }
  }

  waitThenSend() {
    clearTimeout(this.timers.pause)
    this.timers.pause = setTimeout(() => this.send(), PAUSE_MS)
  }

  // `text` is safe on the server as of `revision`; what was typed since is not.
  settleOn(text, revision) {
    this.saved = text
    this.base = Math.max(this.base, revision)
    this.refused = null
    if (!this.flight || this.flight.text === text) {
      this.flight = null
      this.own = []
      clearTimeout(this.timers.answer)
      clearTimeout(this.timers.retry)
    }
    if (this.isDirty) this.keep()
    else {
      dropEntry(this.shelf)
      this.hasReturned = false
      this.adoptLeft()
    }
  }

  // Another window, or a field of this page, moved the draft on.
  followServer() {
    const { text, revision } = this.data
    if (revision <= this.base) return
    if (!this.isDirty) {
      if (text !== this.text) this.put(text)
      this.saved = text
      this.base = revision
    } else if (this.text === text) {
      this.settleOn(text, revision)
    } else if (text === this.saved || this.own.includes(fingerprint(text))) {
      this.base = revision
      this.keep()
    }
  }

  put(text) {
    if (this.area.value === text) return
    const { selectionStart, selectionEnd } = this.area
    this.area.value = text
    this.area.setSelectionRange(selectionStart, selectionEnd)
    this.grow()
  }

  keep() {
    if (this.isPutting || this.data.closed || isTokenGone()) return
    const entry = { text: this.text, base: this.base, own: this.own, at: Date.now() }
    if (this.isDirty) this.cannotKeep = !writeEntry(this.shelf, entry)
    else dropEntry(this.shelf)
  }

  leave() {
    this.flush()
    const entry = readEntry(this.shelf)
    if (entry && !isTokenGone()) writeEntry(this.shelf, { ...entry, left: true })
  }

  // -- what is seen and heard ----------------------------------------------------------------

  describeStatus() {
    if (!this.isDirty) return this.data.savedLabel
    if (this.cannotKeep) return WORDS.lost
    if (this.refused === this.text) return this.data.refusal?.message || WORDS.kept
    if (this.hasReturned) return WORDS.back
    const waits = this.flight && Date.now() - this.flightSince() >= SLOW_MS
    return this.failures || waits ? WORDS.kept : WORDS.saving
  }

  flightSince() {
    if (this.flightSeq !== this.flight.seq) {
      this.flightSeq = this.flight.seq
      this.flightAt = Date.now()
    }
    return this.flightAt
  }

  show() {
    const status = this.describeStatus()
    const isSafe = !this.isDirty
    this.status.textContent = status
    this.status.dataset.kind = isSafe ? "safe" : status === WORDS.saving ? "busy" : "kept"
    // Screen readers hear when something is not saved, and when it is again: not every pause.
    if (!isSafe && status !== WORDS.saving) this.say(status)
    else if (isSafe && this.heard.textContent) this.say(status)
  }

  say(text) {
    if (this.heard.textContent !== text) this.heard.textContent = text
  }

  count() {
    this.grow()
    const text = this.text
    const characters = [...text].length
    const words = text.split(/\s+/).filter(Boolean).length
    const { limit, limitName, longest } = this.data
    const number = (n) => n.toLocaleString("en")
    let line = `${number(characters)} ${characters === 1 ? "character" : "characters"}`
    let isOver = false
    if (characters > longest) {
      line += `: ${number(characters - longest)} over the ${number(longest)} that can be sent`
      isOver = true
    } else if (limit && characters > limit) {
      line += `: ${number(characters - limit)} over ${limitName}'s ${number(limit)}`
      isOver = true
    } else if (limit) {
      line += ` of ${number(limit)} on ${limitName}`
    }
    line += ` · ${number(words)} ${words === 1 ? "word" : "words"}`
    if (this.counter.textContent !== line) this.counter.textContent = line
    this.counter.dataset.over = isOver ? "yes" : "no"
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return
    this.area.style.height = "auto"
    this.area.style.height = this.area.scrollHeight + 2 + "px"
  }

  close() {
    this.listeners.abort()
    Object.values(this.timers).forEach(clearTimeout)
    this.keep()
  }
}

const editors = new WeakMap()

export default function (component) {
  const root = component.parentElement
  if (!editors.has(root)) editors.set(root, new Editor(root))
  editors.get(root).update(component)
  return () => {
    editors.get(root)?.close()
    editors.delete(root)
  }
}

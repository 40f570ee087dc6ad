// One text of a draft as it is written. Sends after a pause, keeps what the server has not
// acknowledged in localStorage, and never takes a word away from the person typing.

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

class Field {
  // `emit` sends a message about this part; `root` is what a press outside of makes it send.
  constructor({ name, kind }, root) {
    this.name = name
    this.kind = kind
    Object.assign(this, buildField(name, kind))
    this.fresh = true
    this.saved = ""
    this.base = ""
    this.revision = 0
    this.own = []
    this.sent = new Map()
    this.flight = null
    this.refused = null
    this.owes = false
    this.firstUnsent = 0
    this.failures = 0
    this.timers = {}
    this.listeners = new AbortController()
    this.listen(root)
    this.hints = new Hints(this)
  }

  listen(root) {
    const options = { signal: this.listeners.signal }
    const capture = { signal: this.listeners.signal, capture: true }
    this.area.addEventListener("input", () => this.onInput(), options)
    this.area.addEventListener("blur", () => this.onBlur(), options)
    this.area.addEventListener("keydown", (event) => this.onKey(event), options)
    // A tap on a button does not blur the field everywhere.
    document.addEventListener("pointerdown", (event) => this.onPress(event, root), capture)
    document.addEventListener("visibilitychange", () => this.flush(), options)
    addEventListener("pagehide", () => this.leave(), options)
    addEventListener("online", () => this.flush(), options)
  }

  get text() {
    return TIDY[this.kind](this.area.value)
  }

  get isDirty() {
    return this.text !== this.saved || this.isUnsure
  }

  // What went back to how it was saved is not, while another text is on its way.
  get isUnsure() {
    return [...this.sent.values()].some((text) => text !== this.text)
  }

  // A title that was emptied is neither sent nor kept: the last one holds.
  get isMissing() {
    return Boolean(this.data.required) && !this.text
  }

  get shelf() {
    return shelfName(this.data, this.name) + shared.page
  }

  get adopted() {
    return shared.adopted.get(this.data.draft + this.name) ?? 0
  }

  set adopted(count) {
    shared.adopted.set(this.data.draft + this.name, count)
  }

  // Called with every run of the page's script; `data` is the group's with this part's over it.
  update(data, emit) {
    this.data = data
    this.emit = emit
    this.forgetDropped()
    this.frame.hidden = data.closed
    if (data.closed) {
      this.reportLeft()
      return
    }
    this.label.textContent = data.label
    this.hint.textContent = data.hint
    if (this.fresh) this.open()
    this.obey()
    this.hearAnswer()
    this.followServer()
    this.count()
    this.hints.take(data.hints ?? [], data.text)
    this.hints.care(data.care)
    this.show()
  }

  open() {
    this.fresh = false
    this.put(this.data.text)
    this.saved = this.data.text
    this.base = fingerprint(this.data.text)
    this.revision = this.data.revision
    if (!this.adopted) this.adopted = this.data.adopt
    const mine = readEntry(this.shelf)
    if (mine) this.restore(this.shelf, mine)
    holdLock(this.shelf)
    this.adoptLeft()
  }

  // What this person and part have kept in this browser, newest first.
  listEntries() {
    const prefix = shelfName(this.data, this.name)
    return listNames()
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name, readEntry(name)])
      .filter(([, entry]) => entry)
      .sort((one, other) => other[1].at - one[1].at)
  }

  forgetDropped() {
    for (const dropped of this.data.dropped) {
      const [draft, part, mark] = dropped.split(":")
      if (part !== this.name) continue
      const prefix = shelfName({ ...this.data, draft }, part)
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
        const known = [entry.base, ...(entry.own ?? [])]
        this.emit(this.name, { page: shared.page, seq: shared.seq, text: entry.text, known })
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
    this.touched = true
    this.onReturn?.()
    this.say(WORDS.back)
    this.count()
    this.send()
  }

  onInput() {
    this.hasReturned = false
    this.touched = true
    this.keep()
    this.count()
    this.firstUnsent ||= Date.now()
    clearTimeout(this.timers.pause)
    const left = Math.max(0, this.firstUnsent + LONGEST_WAIT_MS - Date.now())
    this.timers.pause = setTimeout(() => this.send(), Math.min(PAUSE_MS, left))
    this.show()
  }

  onKey(event) {
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s"
    if (saves) event.preventDefault()
    if (saves || (event.key === "Enter" && this.kind !== "long")) this.flush()
  }

  onBlur() {
    // What it was read as: hashtags with their #, a line without the spaces around it.
    if (this.kind !== "long" && this.area.value !== this.text) {
      this.area.value = this.text
      this.hints.follow()
    }
    this.flush()
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
    const hasNews = this.isDirty || this.owes
    if (!hasNews || this.isMissing || this.flight || this.refused === this.text) {
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
    const known = [this.base, ...this.own]
    this.emit(this.name, { page: shared.page, seq: shared.seq, text, known })
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
    const { adopt, text, revision } = this.data
    if (adopt <= this.adopted) {
      // A new session counts from the beginning.
      this.adopted = adopt
      return
    }
    this.adopted = adopt
    if (this.text !== text) {
      this.area.focus()
      this.area.select()
      this.isPutting = true
      const done = document.execCommand(text ? "insertText" : "delete", false, text)
      if (!done) this.put(text)
      this.isPutting = false
    }
    this.flight = null
    this.failures = 0
    this.sent.clear()
    this.settleOn(text, revision)
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
      // Even if the words come to be as saved, the server has to hear of it.
      this.owes = true
      if (refusal.again) {
        if (!this.flight || this.flight.seq === refusal.seq) this.fail()
      } else {
        if (this.flight?.seq === refusal.seq) this.flight = null
        clearTimeout(this.timers.answer)
        this.refused = text
        if (this.text !== text) this.waitThenSend()
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
    this.base = fingerprint(text)
    this.revision = Math.max(this.revision, revision)
    this.refused = null
    this.owes = false
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

  // Another window, or another part of this page, moved the draft on.
  followServer() {
    const { text, revision } = this.data
    if (revision <= this.revision) return
    if (!this.isDirty) {
      this.put(text)
      this.saved = text
      this.base = fingerprint(text)
      this.revision = revision
    } else if (this.text === text) {
      this.settleOn(text, revision)
    } else if (text === this.saved || this.own.includes(fingerprint(text))) {
      this.revision = revision
      this.keep()
    }
  }

  put(text) {
    if (this.text === text && (text || !this.area.value)) return
    const { selectionStart, selectionEnd } = this.area
    this.area.value = text
    this.area.setSelectionRange(selectionStart, selectionEnd)
    this.grow()
    this.hints.follow()
  }

  keep() {
    if (this.isPutting || this.data.closed || isTokenGone()) return
    const entry = { text: this.text, base: this.base, own: this.own, at: Date.now() }
    if (this.isDirty && !this.isMissing) this.cannotKeep = !writeEntry(this.shelf, entry)
    else dropEntry(this.shelf)
  }

  leave() {
    this.flush()
    const entry = readEntry(this.shelf)
    if (entry && !isTokenGone()) writeEntry(this.shelf, { ...entry, left: true })
  }

  // -- what is seen and heard --------------------------------------------------------------------

  describeStatus() {
    if (this.isMissing) return this.data.required
    if (!this.isDirty) return this.kind === "long" || this.touched ? this.data.savedLabel : ""
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
    const isSafe = !this.isDirty && !this.isMissing
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
    this.hints.follow()
    const [words, isOver] = measure(this.text, this.data)
    if (this.counter.textContent !== words) this.counter.textContent = words
    this.counter.dataset.over = isOver ? "yes" : "no"
  }

  grow() {
    if (this.kind !== "long" || CSS.supports("field-sizing", "content")) return
    this.area.style.height = "auto"
    this.area.style.height = this.area.scrollHeight + 2 + "px"
  }

  close() {
    this.listeners.abort()
    this.hints.close()
    Object.values(this.timers).forEach(clearTimeout)
    this.keep()
  }
}

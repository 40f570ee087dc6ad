// A box to write in. What is typed stays in the browser until the server has it, also through a
// reload, a dead server and a session that ended.

const LONGEST = 4000
const MOST_SHOWN = 6

class Box {
  // `wanted`: name, label, action, icon, kind, look, and optionally target, mentions, lead
  // (an element above the field), allowsEmpty, collect (more for the message), onDone, onCancel.
  constructor(talk, wanted) {
    Object.assign(this, { talk, wanted, to: new Map() })
    const id = "field-" + wanted.name.replace(":", "-")
    this.area = make("textarea", "")
    Object.assign(this.area, { id, rows: wanted.rows ?? 3, maxLength: LONGEST, dir: "auto" })
    this.area.setAttribute("aria-describedby", id + "-problem")
    if (wanted.placeholder) this.area.placeholder = wanted.placeholder
    this.label = make("label", "", wanted.label)
    this.label.htmlFor = id
    this.problem = make("p", "problem")
    this.problem.id = id + "-problem"
    this.problem.setAttribute("role", "alert")
    this.send = button("main " + (wanted.look ?? ""), wanted.icon, wanted.action, () => this.press())
    this.line = make("div", "line", this.send)
    this.element = make("div", "box", ...(wanted.lead ? [wanted.lead] : []), this.label, this.area)
    if (wanted.mentions) this.addMentions(id)
    if (wanted.onCancel) this.line.append(button("", "", "Cancel", () => wanted.onCancel()))
    this.element.append(this.problem, this.line)
    this.area.oninput = () => this.onInput()
    this.area.onkeydown = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.press()
    }
    this.restore()
  }

  get text() {
    return this.area.value
  }

  onInput() {
    this.tell("")
    this.grow()
    this.keep()
  }

  press() {
    if (this.isWaiting) return
    if (!this.text.trim() && !this.wanted.allowsEmpty?.()) {
      this.tell("There is nothing to send yet: please write something first.")
      this.area.focus()
      return
    }
    const { kind, target, collect } = this.wanted
    const message = { kind, target, body: this.text, mentions: [...this.to.keys()] }
    this.talk.post({ ...message, ...collect?.() }, this)
  }

  // Called by the talk while a message is under way.
  wait(isWaiting) {
    this.isWaiting = isWaiting
    this.send.setAttribute("aria-disabled", String(isWaiting))
  }

  // The server has it. What was typed since stays.
  done(sent) {
    this.area.value = this.text.startsWith(sent) ? this.text.slice(sent.length).trimStart() : this.text
    this.to.clear()
    this.showChosen()
    this.onInput()
    this.wanted.onDone?.()
  }

  tell(problem) {
    setText(this.problem, problem)
  }

  put(text) {
    this.area.value = text
    this.grow()
    this.keep()
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return
    this.area.style.height = "auto"
    this.area.style.height = this.area.scrollHeight + 2 + "px"
  }

  // -- kept in the browser -------------------------------------------------------------------

  keep() {
    const to = [...this.to]
    writeKept(this.talk, this.wanted.name, this.text || to.length ? { text: this.text, to } : null)
  }

  restore() {
    const kept = readKept(this.talk, this.wanted.name)
    if (!kept?.text) return
    this.area.value = String(kept.text).slice(0, LONGEST)
    const people = new Map(this.talk.people.map(([id, name]) => [id, name]))
    for (const [id] of kept.to ?? []) if (people.has(id)) this.to.set(id, people.get(id))
    this.showChosen()
    this.talk.say("What you had typed here is back.")
    this.grow()
  }

  // -- mentions ------------------------------------------------------------------------------

  addMentions(id) {
    this.chosen = make("div", "chosen")
    this.find = make("input", "")
    Object.assign(this.find, { type: "search", id: id + "-find", autocomplete: "off" })
    const label = make("label", "", "Whom to mention")
    label.htmlFor = this.find.id
    this.found = make("ul", "found")
    this.found.setAttribute("role", "list")
    this.picker = make("div", "picker", label, this.find, this.found)
    this.picker.hidden = true
    this.open = button("", "alternate_email", "Mention", () => this.toggle())
    this.open.setAttribute("aria-label", "Mention somebody")
    this.open.setAttribute("aria-expanded", "false")
    this.find.oninput = () => this.showFound()
    this.picker.onkeydown = (event) => {
      if (event.key === "Escape") this.toggle()
    }
    this.element.append(this.chosen, this.picker)
    this.line.append(this.open)
  }

  toggle() {
    this.picker.hidden = !this.picker.hidden
    this.open.setAttribute("aria-expanded", String(!this.picker.hidden))
    if (this.picker.hidden) this.open.focus()
    else {
      this.showFound()
      this.find.focus()
    }
  }

  showFound() {
    const part = this.find.value.trim().toLocaleLowerCase()
    const found = this.talk.people.filter(
      ([id, name]) => !this.to.has(id) && name.toLocaleLowerCase().includes(part),
    )
    const rows = found.slice(0, MOST_SHOWN).map(([id, name, roles]) => {
      const pick = button("pick", "", typed(name), () => this.choose(id, name))
      pick.append(make("span", "quiet", roles ? ", " + roles : ""))
      return make("li", "", pick)
    })
    const left = found.length - rows.length
    if (left > 0) rows.push(make("li", "quiet", `${left} more: write a part of the name`))
    if (!found.length) rows.push(make("li", "quiet", "Nobody of that name can see this draft."))
    this.found.replaceChildren(...rows)
  }

  choose(id, name) {
    this.to.set(id, name)
    this.find.value = ""
    this.showChosen()
    this.keep()
    this.toggle()
    this.talk.say(`${name} will be told.`)
  }

  showChosen() {
    if (!this.chosen) return
    const chips = [...this.to].map(([id, name]) => {
      const chip = button("chip", "close", typed(name), () => {
        this.to.delete(id)
        this.showChosen()
        this.keep()
        this.area.focus()
      })
      chip.setAttribute("aria-label", "Do not mention " + name)
      return chip
    })
    this.chosen.replaceChildren(...(chips.length ? ["To ", ...chips] : []))
  }
}

function shelfName(talk, name) {
  return `tandem:kept:${talk.profile}:${talk.draft}:talk-${name}`
}

function readKept(talk, name) {
  try {
    return JSON.parse(localStorage.getItem(shelfName(talk, name)))
  } catch {
    return null
  }
}

function writeKept(talk, name, kept) {
  try {
    if (kept) localStorage.setItem(shelfName(talk, name), JSON.stringify(kept))
    else localStorage.removeItem(shelfName(talk, name))
  } catch {
    // Storage is full or switched off: the text is still in the field.
  }
}

// Answers that were begun and not sent, by the thread they belong to.
function listKeptAnswers(talk) {
  const start = shelfName(talk, "answer:")
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length))
  } catch {
    return []
  }
}

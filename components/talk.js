// The talk of a review room: threads, notes among professionals, advice from peers.
//
// From the server (data): `talk`, what was said, as JSON once more; `answer` to the last act;
// `news` to be told; `watch`, what talk_watch.js needs; `offer`, a text for the comment box;
// `focus`, the comment to lead to.
// To the server: trigger "act" {page, seq, kind, ...} for a press of a button, sent again until it
// is answered; trigger "ring" to have the talk read anew; trigger "read" once the text was read.

const RETRY_MS = 6000
const TRIES = 3
const LATEST_SHOWN = 3
const FOLD_FROM = 7

const page = (globalThis.tandemTalkPage ??= Math.random().toString(36).slice(2))
const counter = (globalThis.tandemTalkCounter ??= { seq: 0 })

class Talk {
  constructor(root) {
    this.root = root
    this.nodes = new Map()
    this.queue = []
    this.people = []
    this.heard = make("div", "aside")
    this.heard.setAttribute("role", "status")
    this.bar = make("div", "bar")
    this.bar.setAttribute("role", "status")
    this.isNew = true
    this.watch = new Watch({
      onNews: () => this.ring(),
      onRead: () => this.emit("read", Date.now()),
    })
  }

  // Called with every run that draws the element.
  update({ data, setTriggerValue }) {
    const { profile, draft } = data
    Object.assign(this, { data, profile, draft, emit: setTriggerValue })
    this.root.tabIndex = -1
    if (this.shown !== data.talk) this.draw(JSON.parse(data.talk))
    this.hearAnswer(data.answer)
    // What was typed and came too late stays where it can be copied.
    if (this.advising) this.advising.element.hidden = !this.mayAdvise && !this.advising.text
    this.takeOffer(data.offer)
    this.showBar()
    this.watch.update(data.watch)
    if (this.isNew) this.lead(data.focus)
    this.isNew = false
  }

  // -- what was said -------------------------------------------------------------------------

  draw(talk) {
    this.people = talk.people
    if (!this.shown) this.build(talk)
    this.shown = this.data.talk
    keepPlace(this.root, () => {
      setText(this.title, talk.heading)
      setText(this.summary, talk.summary || (talk.open.length || talk.resolved.length ? "" : talk.empty))
      this.drawThreads(talk)
      this.drawNotes(talk.notes)
      this.drawAdvice(talk.advice)
    })
  }

  build(talk) {
    this.title = make("h2", "")
    this.summary = make("p", "quiet")
    this.comment = new Box(this, {
      name: "comment", kind: "comment", label: "Your comment", action: "Add comment",
      icon: "add_comment", mentions: true,
      placeholder: "Be specific and kind: what works, what could hurt, what would help.",
    })
    this.open = list("threads", "Open threads")
    this.folded = make("summary", "")
    this.resolved = list("threads", "Resolved threads")
    this.fold = make("details", "resolved", this.folded, this.resolved)
    this.advice = make("section", "advice")
    this.root.append(this.heard, this.advice, make("section", "comments",
      this.title, this.summary, this.comment.element, this.open, this.fold))
    if (talk.notes) this.buildNotes()
    this.root.append(this.bar)
    this.clock = setInterval(() => this.tick(), 30000)
  }

  drawThreads(talk) {
    const focused = this.focused
    const known = new Set()
    const nodeOf = (thread) => {
      known.add(thread.id)
      if (!this.nodes.has(thread.id)) this.nodes.set(thread.id, new Thread(this, thread))
      const node = this.nodes.get(thread.id)
      node.update(thread)
      return node.element
    }
    const [open, resolved] = [talk.open.map(nodeOf), talk.resolved.map(nodeOf)]
    arrange(this.open, open, focused)
    arrange(this.resolved, resolved, focused)
    for (const id of [...this.nodes.keys()]) if (!known.has(id)) this.nodes.delete(id)
    setText(this.folded, talk.folded)
    this.fold.hidden = !resolved.length
  }

  buildNotes() {
    this.notesTitle = make("h2", "")
    this.notes = list("sayings", "Notes among professionals")
    this.note = new Box(this, {
      name: "note", kind: "note", label: "Note to professionals", look: "private",
      action: "Add note for professionals", icon: "lock",
    })
    const only = make("p", "only", symbol("lock"), "Only professionals read this. The author never does.")
    this.root.append(make("section", "notes", this.notesTitle, only, this.notes, this.note.element))
  }

  drawNotes(notes) {
    if (!notes) return
    setText(this.notesTitle, notes.heading)
    this.notesSaid ??= new Map()
    arrange(this.notes, notes.items.map((item) => sayingIn(this.notesSaid, item)), this.focused)
    this.notes.hidden = !notes.items.length
  }

  drawAdvice(advice) {
    const has = advice.may || advice.items.length
    this.mayAdvise = advice.may
    this.advice.hidden = !has
    if (!has) return
    if (!this.adviceList) {
      this.adviceList = list("sayings", "Advice from peers")
      this.advice.append(make("h2", "", "Advice from peers"),
        make("p", "quiet", "Advice helps the author. It decides nothing: a professional does."),
        this.adviceList)
      this.adviceSaid = new Map()
    }
    arrange(this.adviceList, advice.items.map((item) => adviceIn(this.adviceSaid, item)), this.focused)
    this.adviceList.hidden = !advice.items.length
    if (advice.may && !this.advising) {
      this.advising = adviceBox(this, advice.version)
      this.advice.append(this.advising.element)
    }
  }

  get focused() {
    return this.root.getRootNode().activeElement
  }

  tick() {
    for (const time of this.root.querySelectorAll("time")) setText(time, ago(time.said))
  }

  // -- acts ----------------------------------------------------------------------------------

  // `box` is where it was written, if anywhere; `done` is called once the server has it.
  post(message, box, done) {
    counter.seq += 1
    box?.wait(true)
    this.queue.push({ message: { page, seq: counter.seq, ...message }, box, done, tries: 0 })
    if (this.queue.length === 1) this.send()
  }

  send() {
    const next = this.queue[0]
    if (!next) return
    clearTimeout(this.timer)
    if (next.tries >= TRIES) {
      this.end(next, "No answer came. Your text is kept here; please try again in a moment.")
      return
    }
    next.tries += 1
    this.emit("act", next.message)
    this.timer = setTimeout(() => this.send(), RETRY_MS)
  }

  hearAnswer(answer) {
    const sent = this.queue[0]
    if (sent && answer.page === page && answer.seq === sent.message.seq) this.end(sent, answer.refusal)
  }

  end(sent, refusal) {
    clearTimeout(this.timer)
    this.queue.shift()
    sent.box?.wait(false)
    if (refusal) {
      if (sent.box) sent.box.tell(refusal)
      else this.say(refusal)
      sent.done?.(false)
    } else {
      sent.box?.done(sent.message.body)
      sent.done?.(true)
      if (sent.box) this.say("Sent.")
    }
    this.send()
  }

  // The answer to an act under way brings the news with it.
  ring() {
    if (!this.queue.length) this.emit("ring", Date.now())
  }

  say(words) {
    setText(this.heard, "")
    setText(this.heard, words)
  }

  // A note that came too late for a decision, moved here by the reader.
  takeOffer(offer) {
    if (!offer || this.offered === offer) return
    const before = this.offered && offer.startsWith(this.offered) ? this.offered : ""
    this.offered = offer
    if (this.comment.text.includes(offer)) return
    this.comment.put([this.comment.text, offer.slice(before.length).trim()].filter(Boolean).join("\n\n"))
  }

  // -- the bar at the bottom -----------------------------------------------------------------

  showBar() {
    const { news, watch: { away } } = this.data
    const words = away ? "Reconnecting. What you type is kept." : news
    if (this.barShown === words) return
    this.barShown = words
    this.bar.hidden = !words
    this.bar.replaceChildren()
    if (!words) return
    const parts = [make("p", "", symbol(away ? "cloud_off" : "sync"), typed(words))]
    if (!away) {
      const show = button("main", "", "Show what is new", () => this.post({ kind: "news" }))
      const later = button("", "", "Later", () => {
        this.bar.hidden = true
      })
      parts.push(make("p", "quiet", "What you are typing stays."), make("div", "line", show, later))
    }
    this.bar.replaceChildren(...parts)
  }

  // -- where a link leads --------------------------------------------------------------------

  lead(id) {
    const said = id && this.root.querySelector("#said-" + CSS.escape(id))
    if (!said) return
    said.closest("details")?.setAttribute("open", "")
    for (const node of this.nodes.values()) if (node.element.contains(said)) node.unfold()
    said.classList.add("sought")
    said.tabIndex = -1
    setTimeout(() => {
      said.scrollIntoView({ block: "center" })
      said.focus({ preventScroll: true })
    })
  }

  close() {
    clearInterval(this.clock)
    clearTimeout(this.timer)
    this.watch.close()
  }
}

class Thread {
  constructor(talk, thread) {
    this.talk = talk
    this.id = thread.id
    this.said = new Map()
    this.tags = make("div", "tags")
    this.items = list("sayings", "What was said")
    this.earlier = button("", "unfold_more", "", () => this.unfold())
    this.answer = button("", "reply", "Answer", () => this.write())
    this.settle = button("", "", "", () => this.resolve())
    this.foot = make("div", "line", this.answer, this.settle)
    this.element = make("li", "thread", this.tags, this.items, this.foot)
    if (listKeptAnswers(talk).includes(thread.id)) this.write(true)
  }

  update(thread) {
    this.thread = thread
    const which = thread.items[0].mine ? "your thread" : `the thread of ${thread.items[0].who}`
    const tags = []
    if (thread.mark) tags.push(make("span", "badge mark", thread.mark))
    if (thread.resolved) tags.push(make("span", "quiet", typed(thread.resolved)))
    this.tags.replaceChildren(...tags)
    this.tags.hidden = !tags.length
    this.answer.setAttribute("aria-label", "Answer in " + which)
    const [icon, word] = thread.resolved ? ["undo", "Reopen"] : ["check", "Resolve"]
    this.settle.replaceChildren(symbol(icon), word)
    this.settle.setAttribute("aria-label", `${word} ${which}`)
    arrange(this.items, this.listSayings(), this.talk.focused)
  }

  // A long thread shows how it began, what is new, and how it goes on now.
  listSayings() {
    const items = this.thread.items
    const isLong = items.length >= FOLD_FROM && !this.isUnfolded
    let hidden = 0
    const nodes = items.map((item, number) => {
      const node = sayingIn(this.said, item)
      node.hidden = isLong && number > 0 && number < items.length - LATEST_SHOWN && !item.new
      hidden += node.hidden
      return node
    })
    if (!hidden) return nodes
    this.earlier.replaceChildren(symbol("unfold_more"), `Show ${hidden} earlier answers`)
    this.earlierItem ??= make("li", "", this.earlier)
    return [nodes[0], this.earlierItem, ...nodes.slice(1)]
  }

  unfold() {
    this.isUnfolded = true
    arrange(this.items, this.listSayings(), this.talk.focused)
  }

  write(quietly) {
    if (!this.box) {
      const close = () => this.stopWriting()
      this.box = new Box(this.talk, {
        name: "answer:" + this.id, kind: "comment", target: this.id, label: "Your answer",
        action: "Send answer", icon: "reply", mentions: true, onDone: close, onCancel: close,
      })
      this.element.append(this.box.element)
    }
    this.foot.hidden = true
    this.box.element.hidden = false
    if (!quietly) this.box.area.focus()
  }

  stopWriting() {
    this.box.element.hidden = true
    this.foot.hidden = false
    this.answer.focus()
  }

  resolve() {
    const choice = this.thread.resolved ? "open" : "resolved"
    this.settle.setAttribute("aria-disabled", "true")
    this.talk.post({ kind: "resolve", target: this.id, choice }, null, (isDone) => {
      this.settle.setAttribute("aria-disabled", "false")
      if (!isDone) return
      this.talk.say(choice === "resolved" ? "Resolved." : "Open again.")
      if (choice === "resolved") this.talk.folded.focus()
      else this.settle.focus()
    })
  }
}

function list(className, label) {
  const element = make("ul", className)
  element.setAttribute("role", "list")
  element.setAttribute("aria-label", label)
  return element
}

// What was said never changes; whether it is new does.
function sayingIn(said, item) {
  if (!said.has(item.id)) said.set(item.id, sayingOf(item))
  const node = said.get(item.id)
  node.querySelector(".new").hidden = !item.new
  return node
}

function adviceIn(said, item) {
  if (!said.has(item.id)) {
    const node = sayingOf({ ...item, about: "on " + item.about })
    const icon = item.kind === "looks_good" ? "thumb_up" : "edit"
    node.querySelector(".head").after(make("div", "badge " + item.kind, symbol(icon), item.label))
    if (!item.body) node.querySelector(".body").remove()
    said.set(item.id, node)
  }
  return said.get(item.id)
}

function adviceBox(talk, version) {
  const group = make("fieldset", "", make("legend", "", `Your advice on version ${version}`))
  for (const [value, label] of [["looks_good", "Looks good"], ["please_change", "Please change"]]) {
    const choice = make("input", "")
    Object.assign(choice, { type: "radio", name: "advice", value })
    group.append(make("label", "choice", choice, label))
  }
  const chosen = () => group.querySelector("input:checked")?.value ?? ""
  return new Box(talk, {
    name: "advice", kind: "advise", lead: group, label: "In a few words", rows: 2,
    action: "Give advice", icon: "thumbs_up_down",
    allowsEmpty: () => chosen() !== "please_change",
    collect: () => ({ choice: chosen() }),
  })
}

// What arrives above what somebody reads must not push it away.
function keepPlace(root, change) {
  const anchors = [...root.querySelectorAll("li.thread")]
  const anchor = anchors.find((one) => one.getBoundingClientRect().bottom > 0)
  const native = CSS.supports("overflow-anchor", "auto")
  if (native || !anchor || root.getBoundingClientRect().top > 0) {
    change()
    return
  }
  const before = anchor.getBoundingClientRect().top
  change()
  const moved = anchor.getBoundingClientRect().top - before
  if (moved) findScroller(root.getRootNode().host ?? root).scrollTop += moved
}

export default function (component) {
  return mount(component, "#talk", (box) => new Talk(box))
}

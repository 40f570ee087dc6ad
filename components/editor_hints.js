// What the checker says about one text: marked in it, and listed below with what to write instead.
//
// The marks stand on a sheet behind the field, which holds the same words and is never typed in, so
// that typing, undo and input methods are left alone. From the server come spans of the text as it
// was saved, in UTF-16 units; what is typed since moves them, and a span whose words were touched
// is dropped until the server has read the new ones.

const NAMES = {
  blocker: "Stops an approval",
  warning: "Worth changing",
  suggestion: "A smaller idea",
}

class Hints {
  constructor(field) {
    this.field = field
    this.area = field.area
    this.served = { text: "", hints: [] }
    this.text = ""
    this.hints = []
    this.items = new Map()
    this.watcher = new ResizeObserver(() => this.fit())
    this.watcher.observe(this.area)
    this.area.addEventListener("scroll", () => this.fit(), { signal: field.listeners.signal })
  }

  // Called with every run of the page; `text` is the one that the spans count in.
  take(hints, text) {
    const name = (hint) => `${hint.rule} ${hint.start} ${hint.end} ${hint.quote} ${hint.aside}`
    const same = (one, other) => one.map(name).join() === other.map(name).join()
    if (text === this.served.text && same(hints, this.served.hints)) {
      this.follow()
      return
    }
    this.served = { text, hints: nameHints(hints) }
    this.text = text
    this.hints = this.served.hints
    this.follow(true)
    this.tell()
  }

  // The words in the field changed, or the spans did.
  follow(isNew = false) {
    const text = this.area.value
    if (text !== this.text) {
      const { served } = this
      this.hints = text === served.text ? served.hints : move(this.hints, this.text, text)
      this.text = text
    } else if (!isNew) return
    this.mark()
    this.list()
  }

  // -- in the text -------------------------------------------------------------------------------

  mark() {
    const pieces = []
    let at = 0
    for (const { start, end, severity, aside } of inOrder(this.hints)) {
      if (aside || start < at) continue
      const mark = make("mark", severity)
      mark.textContent = this.text.slice(start, wholeSign(this.text, end))
      pieces.push(this.text.slice(at, start), mark)
      at = wholeSign(this.text, end)
    }
    if (pieces.length) pieces.push(this.text.slice(at))
    this.field.sheet.replaceChildren(...pieces)
    this.fit()
  }

  // As wide as the field without its scroll bar, and scrolled as far.
  fit() {
    if (!this.hints.length) return
    const { under, sheet } = this.field
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.area
    under.style.width = `${clientWidth}px`
    under.style.height = `${clientHeight}px`
    sheet.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`
  }

  // -- below it ----------------------------------------------------------------------------------

  list() {
    const { notes, head, chief, more, less, rest } = this.field
    const names = new Set(this.hints.map(nameItem))
    for (const [name, item] of this.items) {
      if (names.has(name)) continue
      item.remove()
      this.items.delete(name)
    }
    const [major, minor, aside] = [[], [], []]
    for (const hint of inOrder(this.hints)) {
      const name = nameItem(hint)
      if (!this.items.has(name)) {
        this.items.set(name, hint.aside ? this.makeAside(hint) : this.makeItem(hint))
      }
      const place = hint.severity === "suggestion" ? minor : major
      const list = hint.aside ? aside : place
      list.push(this.items.get(name))
    }
    arrange(chief, major)
    arrange(less, minor)
    arrange(rest, aside)
    notes.hidden = !this.hints.length
    more.hidden = !minor.length
    more.firstChild.textContent = counted(minor.length, "smaller idea")
    head.textContent = major.length ? counted(major.length, "note") + " on the wording" : ""
  }

  makeItem(hint) {
    const item = make("li", "note " + hint.severity)
    const head = make("div", "note-head")
    const name = make("span", "badge")
    name.textContent = NAMES[hint.severity]
    const quote = make("button", "quote")
    quote.type = "button"
    quote.textContent = `“${hint.quote}”`
    quote.title = "Show it in the text"
    quote.addEventListener("click", () => this.select(hint.name))
    head.append(name, quote)
    const reason = make("p", "reason")
    reason.textContent = hint.reason
    const foot = make("div", "note-foot")
    const source = makeSource(hint)
    if (source) foot.append(source)
    if (hint.mayDismiss) foot.append(this.makeAnswer("Not what I meant", hint, "not_meant"))
    item.append(head, reason, this.makeOffer(hint), foot)
    return item
  }

  makeAside(hint) {
    const item = make("li", "set-aside")
    const words = make("span", "")
    words.textContent = `Put aside: “${hint.quote}”`
    item.append(words, this.makeAnswer("Take it back", hint, null))
    return item
  }

  makeAnswer(label, hint, answer) {
    const button = make("button", "answer")
    button.type = "button"
    button.textContent = label
    button.setAttribute("aria-label", `${label}: ${hint.quote}`)
    button.addEventListener("click", () => this.answer(hint, answer))
    return button
  }

  // The same words of the same rule are answered wherever they stand. Shown at once; should the
  // server not keep it, its next answer puts things back.
  answer({ rule, quote, name }, answer) {
    this.field.answer({ rule, quote, answer })
    const isSame = (hint) => hint.rule === rule && hint.quote === quote
    const settle = (hint) => (isSame(hint) ? { ...hint, aside: answer === "not_meant" } : hint)
    this.hints = this.hints.map(settle)
    this.mark()
    this.list()
    this.field.noted.textContent = answer ? "Put aside. You can take that back." : "Taken back."
    this.items.get(nameItem(this.find(name)))?.querySelector("button")?.focus()
  }

  makeOffer(hint) {
    const offer = make("div", "offer")
    const label = make("span", "offer-label")
    label.textContent = hint.swaps.length ? "Use this instead:" : `Instead: ${hint.advice}`
    offer.append(label)
    for (const words of hint.swaps) {
      const button = make("button", "use")
      button.type = "button"
      button.textContent = words
      button.setAttribute("aria-label", `Use ${words} instead of ${hint.quote}`)
      button.addEventListener("click", () => this.use(hint.name, words))
      offer.append(button)
    }
    return offer
  }

  find(name) {
    return this.hints.find((hint) => hint.name === name)
  }

  select(name) {
    const hint = this.find(name)
    if (!hint) return
    this.area.focus()
    this.area.setSelectionRange(hint.start, hint.end)
  }

  // As if typed, so that undo brings the old words back.
  use(name, words) {
    const hint = this.find(name)
    if (!hint) return
    this.field.answer({ rule: hint.rule, quote: hint.quote, answer: "used" })
    const [start, fitted] = fitArticle(this.text, hint.start, words)
    this.area.focus()
    this.area.setSelectionRange(start, hint.end)
    if (!document.execCommand("insertText", false, fitted)) {
      this.area.setRangeText(fitted, start, hint.end, "end")
      this.area.dispatchEvent(new Event("input"))
    }
    this.field.noted.textContent = `“${words}” is in the text now.`
  }

  // Heard when the server has found more or less than before, not with every letter.
  tell() {
    const isMajor = (hint) => !hint.aside && hint.severity !== "suggestion"
    const major = this.hints.filter(isMajor).length
    if (major === this.told) return
    if (major) this.field.noted.textContent = `${counted(major, "note")} on the wording.`
    else if (this.told) this.field.noted.textContent = "No more notes on the wording."
    this.told = major
  }

  // The words sound as if their author were in danger: one line that leads to help, and no more.
  care(key) {
    const { care } = this.field
    care.hidden = !key
    care.onclick = () => {
      const place = document.querySelector(`.st-key-${key}`)
      if (!place) return
      place.style.scrollMarginTop = "4.5rem"
      place.scrollIntoView({ block: "start" })
      place.tabIndex = -1
      place.style.outline = "none"
      place.focus({ preventScroll: true })
    }
    if (key && !this.cared) this.field.noted.textContent = care.textContent
    this.cared = key
  }

  close() {
    this.watcher.disconnect()
  }
}

// A hint keeps its name from answer to answer, and with it its place in the list and the focus.
function nameHints(hints) {
  const seen = new Map()
  return hints.map((hint) => {
    const stem = `${hint.rule} ${hint.quote}`
    seen.set(stem, (seen.get(stem) ?? 0) + 1)
    return { ...hint, name: `${stem} ${seen.get(stem)}` }
  })
}

function nameItem(hint) {
  return `${hint.name} ${hint.aside}`
}

// The hints after an edit: those before it stay, those behind it move, those it touched are gone.
function move(hints, before, after) {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const end = before.length - tail
  const grown = after.length - before.length
  return hints.flatMap((hint) => {
    if (hint.end <= head) return [hint]
    if (hint.start < end) return []
    return [{ ...hint, start: hint.start + grown, end: hint.end + grown }]
  })
}

function inOrder(hints) {
  return [...hints].sort((one, other) => one.start - other.start || one.end - other.end)
}

// Not between a letter and what is drawn on it.
function wholeSign(text, end) {
  while (end < text.length && /[\p{M}\u200d]/u.test(text[end])) end++
  return end
}

// "an addict" becomes "a person with an addiction".
function fitArticle(text, start, words) {
  const article = /\b(a)n?( +)$/i.exec(text.slice(Math.max(0, start - 8), start))
  if (!article || !/^\p{L}/u.test(words) || /^an? /i.test(words)) return [start, words]
  const fitted = article[1] + (/^[aeiou]/i.test(words) ? "n" : "") + article[2]
  return [start - article[0].length, fitted + words]
}

// The items in this order; one that stays in its place is not touched and keeps the focus.
function arrange(list, items) {
  let last = null
  for (const item of items) {
    const next = last ? last.nextSibling : list.firstChild
    if (next !== item) list.insertBefore(item, next)
    last = item
  }
  list.hidden = !items.length
}

function makeSource({ source, url }) {
  if (!url) return null
  const line = make("p", "source")
  const link = make("a", "")
  link.href = url
  link.target = "_blank"
  link.rel = "noopener noreferrer"
  link.textContent = source
  line.append("Guideline: ", link)
  return line
}

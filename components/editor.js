// The text fields of one place on the page, each with its own messages and its own shelf.
//
// To the server (a state for each part, by its name): {page, seq, text, known}. `known` are
// fingerprints of the text it was written on, and of texts that were sent and not heard of again.
// From the server (data): `revision` of the draft, and for each of `fields` its text, the `ack` or
// `refusal` of a message, and `adopt`, which grows when the person chose the server's text.
// What somebody presses below a field is a trigger, `answer`: {rule, quote, answer}.
// A draft that takes no more text is `closed`: then nothing is drawn, and what was kept and never
// saved is reported once. `dropped` are texts that may be forgotten: draft, part and fingerprint.

class Group {
  constructor(list, root) {
    this.root = root
    this.list = list
    this.fields = new Map()
    this.buttons = make("div", "adds")
    this.buttons.setAttribute("role", "group")
    this.buttons.setAttribute("aria-label", "Add to the post")
    this.list.after(this.buttons)
  }

  update({ data, setStateValue, setTriggerValue }) {
    if (shared.token === undefined) shared.token = findToken()
    this.draft = data.draft
    this.arrange(data.fields)
    const { fields, ...common } = data
    for (const part of fields) {
      const field = this.fields.get(part.name)
      field.answer = (answer) => setTriggerValue("answer", answer)
      field.isOffered = !data.closed && !part.shown
      field.update({ ...common, ...part }, setStateValue)
    }
    this.offer(data)
  }

  // The fields in the order of the data; one that stays in its place is not touched.
  arrange(parts) {
    let last = null
    for (const part of parts) {
      if (!this.fields.has(part.name)) this.add(part)
      const { frame } = this.fields.get(part.name)
      const next = last ? last.nextSibling : this.list.firstChild
      if (next !== frame) this.list.insertBefore(frame, next)
      last = frame
    }
  }

  add(part) {
    const field = new Field(part, this.root)
    field.onReturn = () => this.reveal(field)
    this.fields.set(part.name, field)
  }

  // Parts that the format does not ask for are a button each, until somebody wants them.
  offer(data) {
    this.buttons.hidden = true
    for (const part of data.fields) {
      const field = this.fields.get(part.name)
      const name = data.draft + part.name
      if (field.isOffered && field.area.value) shared.added.add(name)
      const isHidden = field.isOffered && !shared.added.has(name)
      field.frame.hidden = data.closed || isHidden
      field.button ??= this.makeButton(field, name)
      field.button.textContent = part.add ?? ""
      field.button.hidden = !isHidden
      if (isHidden) this.buttons.hidden = false
    }
  }

  makeButton(field, name) {
    const button = make("button", "add")
    button.type = "button"
    button.dataset.adds = field.name
    button.addEventListener("click", () => {
      shared.added.add(name)
      this.reveal(field)
      field.area.focus()
    })
    this.buttons.append(button)
    return button
  }

  reveal(field) {
    field.frame.hidden = false
    if (field.button) field.button.hidden = true
    const left = [...this.buttons.children].some((button) => !button.hidden)
    this.buttons.hidden = !left
    shared.added.add(this.draft + field.name)
  }

  close() {
    for (const field of this.fields.values()) field.close()
  }
}

export default function (component) {
  return mount(component, ".fields", (list, root) => new Group(list, root))
}

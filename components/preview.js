// The post on a phone. All text becomes text nodes; addresses are shown, never followed.

const kept = (globalThis.tandemPreview ??= { open: null, slide: 0 })

function make(tag, className, text) {
  const element = document.createElement(tag)
  element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

function words(className, text) {
  const element = make("p", className, text)
  element.dir = "auto"
  return element
}

function initials(name) {
  return name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("")
}

function drawProfile({ author, platform }) {
  const row = make("div", "profile")
  const face = make("span", "face", initials(author))
  face.setAttribute("aria-hidden", "true")
  const name = make("span", "name", author)
  name.dir = "auto"
  row.append(face, name, make("span", "place", platform))
  return row
}

// One slide: the image of that place with the words of that place over it.
function drawSlide({ images, frames, shape }, at) {
  const slide = make("div", "slide " + shape)
  const image = images[at] ?? (shape === "tall" ? images[0] : undefined)
  if (image) {
    const picture = make("img", "picture")
    picture.src = image.src
    picture.alt = image.alt || "An image without a description"
    picture.loading = "lazy"
    slide.append(picture)
  } else if (!frames[at]) {
    slide.append(make("span", "empty", shape === "tall" ? "Your picture goes here" : "No image yet"))
  }
  if (frames[at]) slide.append(words("overlay", frames[at]))
  return slide
}

function drawSlides(data) {
  if (data.shape === "none") return []
  const total = Math.max(1, data.images.length, data.frames.length)
  kept.slide = Math.min(kept.slide, total - 1)
  const frame = make("div", "slides")
  frame.append(drawSlide(data, kept.slide))
  if (total === 1) return [frame]
  const bar = make("div", "bar")
  const where = make("span", "where", `${kept.slide + 1} of ${total}`)
  where.setAttribute("role", "status")
  const step = (label, by) => {
    const button = make("button", "step", label)
    button.type = "button"
    button.addEventListener("click", () => {
      kept.slide = (kept.slide + by + total) % total
      frame.replaceChildren(drawSlide(data, kept.slide))
      where.textContent = `${kept.slide + 1} of ${total}`
    })
    return button
  }
  bar.append(step("Back", -1), where, step("Next", 1))
  return [frame, bar]
}

function drawCaption({ caption, cutOff }) {
  if (!caption.trim()) return []
  const letters = [...caption]
  if (!cutOff || letters.length <= cutOff) return [words("caption", caption)]
  const box = make("div", "cut")
  const text = words("caption", "")
  const more = make("button", "more")
  more.type = "button"
  const show = (isOpen) => {
    text.textContent = isOpen ? caption : letters.slice(0, cutOff).join("").trimEnd() + "…"
    more.textContent = isOpen ? "less" : "more"
    more.setAttribute("aria-expanded", String(isOpen))
    kept.isOpen = isOpen
  }
  more.addEventListener("click", () => show(more.textContent === "more"))
  show(Boolean(kept.isOpen))
  box.append(text, more)
  return [box]
}

function drawLink({ link, linkHost, linkKind }) {
  if (!link) return []
  if (linkKind !== "card") return [words("link " + linkKind, link)]
  const card = make("div", "card")
  card.append(words("host", linkHost), words("address", link))
  return [card]
}

function drawNotes({ notes }) {
  if (!notes.length) return []
  const list = make("ul", "notes")
  list.append(...notes.map((note) => make("li", "", note)))
  return [list]
}

function draw(data) {
  const phone = make("div", "phone")
  phone.append(drawProfile(data), ...drawSlides(data), ...drawCaption(data))
  if (data.hashtags) phone.append(words("tags", data.hashtags))
  phone.append(...drawLink(data))
  const isEmpty = data.shape === "none" && !data.caption.trim() && !data.hashtags && !data.link
  if (isEmpty) phone.append(make("p", "nothing", "What you write appears here."))
  return phone
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".preview")
  const state = JSON.stringify(data)
  if (root.shown === state) return
  root.shown = state
  let details = root.querySelector("details")
  if (!details) {
    details = make("details", "")
    // Beside the text where there is room; one tap away on a phone.
    details.open = kept.open ?? matchMedia("(min-width: 641px)").matches
    details.addEventListener("toggle", () => (kept.open = details.open))
    details.append(make("summary", ""), make("div", "body"))
    root.append(details)
  }
  details.firstChild.textContent = data.label
  details.lastChild.replaceChildren(draw(data), ...drawNotes(data))
}

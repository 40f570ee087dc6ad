// Draws the images of a post. Nothing that came as data ever becomes markup.

const WORDS = {
  added: ["added: ", " end of what was added. "],
  removed: ["removed: ", " end of what was removed. "],
}

function make(tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text) element.textContent = text
  return element
}

function makePicture(src, alt) {
  const picture = make("img")
  picture.alt = alt
  picture.loading = "lazy"
  picture.decoding = "async"
  picture.addEventListener("error", () => {
    picture.replaceWith(make("p", "broken", "This image cannot be shown right now."))
  })
  picture.src = src
  return picture
}

function makeDescription(pieces) {
  const line = make("p", "alt")
  line.dir = "auto"
  if (!pieces.length) {
    line.classList.add("missing")
    line.textContent = "No description yet."
    return line
  }
  for (const [kind, text, mark] of pieces) {
    const piece = kind === "same" ? make("span") : make(kind === "added" ? "ins" : "del")
    if (kind !== "same") piece.append(make("span", "aside", WORDS[kind][0]))
    piece.append(mark ? make("span", "mark", mark) : document.createTextNode(text))
    if (kind !== "same") piece.append(make("span", "aside", WORDS[kind][1]))
    line.append(piece)
  }
  return line
}

function makeFigure(image) {
  const figure = make("figure", image.fate)
  const link = make("a")
  link.href = image.href
  link.target = "_blank"
  link.rel = "noopener"
  // The description is below as text; here it would be heard twice.
  link.setAttribute("aria-label", `${image.title}, open in full size`)
  link.append(makePicture(image.src, ""))
  figure.append(link)

  const caption = make("figcaption")
  const title = make("p", "title", image.title)
  if (image.word) title.append(" ", make("span", "word", image.word))
  caption.append(title, makeDescription(image.pieces))
  if (image.was) {
    const was = make("details")
    was.append(make("summary", "", "The image before"), makePicture(image.was, "The image before"))
    caption.append(was)
  }
  figure.append(caption)
  return figure
}

export default function (component) {
  const { data, parentElement } = component
  const gallery = parentElement.querySelector(".gallery")
  const state = JSON.stringify(data)
  if (gallery.shown === state) return
  gallery.shown = state
  gallery.setAttribute("role", "group")
  gallery.setAttribute("aria-label", data.label)
  gallery.replaceChildren(...data.images.map(makeFigure))
}

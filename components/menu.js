// Draws the links as text nodes, and closes the sidebar where it covers the page.

// Up to here Streamlit lays the sidebar over the page.
const PHONE = "(max-width: 768px)"

function link({ path, label, icon, current, count }) {
  const element = document.createElement("a")
  element.href = path || "."
  element.dataset.path = path
  const sign = document.createElement("span")
  sign.className = "symbol"
  sign.textContent = icon
  sign.setAttribute("aria-hidden", "true")
  sign.translate = false
  element.append(sign, label)
  if (count) {
    const many = document.createElement("span")
    many.className = "count"
    many.textContent = count
    element.append(" ", many)
  }
  if (current) element.setAttribute("aria-current", "page")
  return element
}

function closeSidebar() {
  if (!matchMedia(PHONE).matches) return
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const nav = parentElement.querySelector("nav")
  nav.onclick = (event) => {
    const way = event.target.closest("a")
    // With a key held down or another button the browser opens a tab or a window by itself.
    const own = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button
    if (!way || own) return
    event.preventDefault()
    setTriggerValue("go", way.dataset.path)
    closeSidebar()
  }
  if (nav.shown === data) return
  nav.shown = data
  const at = nav.contains(document.activeElement) ? document.activeElement.dataset.path : undefined
  nav.replaceChildren(...JSON.parse(data).map(link))
  if (at !== undefined) nav.querySelector(`a[data-path="${CSS.escape(at)}"]`)?.focus()
}

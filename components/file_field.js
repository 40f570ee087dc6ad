// Streamlit's field for files calls itself presentational and can be focused all the same. As a group
// it is one thing to a screen reader.

export default function (component) {
  const root = component.parentElement
  const host = root.getRootNode().host ?? root
  const part = host.closest('[class*="st-key-file_field_"]')
  if (!part) return undefined
  const mend = () => {
    for (const zone of part.querySelectorAll('section[role="presentation"]')) {
      zone.setAttribute("role", "group")
    }
  }
  mend()
  const observer = new MutationObserver(mend)
  observer.observe(part, { childList: true, subtree: true })
  return () => observer.disconnect()
}
